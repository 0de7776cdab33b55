"""Numbers with error bars of the Python package are what they say."""

import math
import os
import pathlib
import sys
import types
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(os.environ["RMTHEAT_SOURCE"]) / "tools/python"))
from rmtheat import statistics  # noqa: E402
from rmtheat.statistics import Estimate  # noqa: E402


def results(samples, times):
    """What an estimate needs of results, for samples (realization, time) of "x"."""
    observable = types.SimpleNamespace(samples=samples[:, np.newaxis], mean=samples.mean(axis=0)[np.newaxis],
                                       stderr=samples.std(axis=0, ddof=1)[np.newaxis] / len(samples) ** 0.5)
    return types.SimpleNamespace(time=times, observables={"x": observable}, path="x.h5", seeds=np.ones(len(samples), dtype=int),
                                 origin_indices=np.arange(len(samples)))


class Estimates(unittest.TestCase):
    def setUp(self):
        self.noise = np.random.default_rng(3)
        self.times = np.linspace(0.0, 5.0, 51)

    def test_text(self):
        self.assertEqual(str(Estimate(0.0096, 0.00008)), "0.00960(8)")
        self.assertEqual(str(Estimate(-0.4641, 0.0102)), "-0.464(10)")
        self.assertEqual(str(Estimate(24.8, 2.31)), "24.8(23)")
        self.assertEqual(str(Estimate(1.25)), "1.25")

    def test_fit_finds_the_coefficients_and_their_errors(self):
        coefficients = self.noise.normal([1.0, -2.0], [0.1, 0.3], size=(4000, 2))
        found = results(coefficients @ np.stack([self.times, self.times**3]), self.times)
        weights = statistics.fit(found, 1.0, 3.0, (1, 3))
        for row, value, error in zip(weights, (1.0, -2.0), (0.1, 0.3)):
            estimate = statistics.measure(found, "x", row)
            self.assertLess(abs(estimate.deviation(value)), 4.0)
            self.assertAlmostEqual(estimate.error, error / 4000**0.5, delta=0.05 * error / 4000**0.5)
            self.assertAlmostEqual(statistics.spread(found, "x", row).value, error, delta=0.05 * error)

    def test_difference_leaves_out_what_is_common(self):
        common = self.noise.normal(size=(100, 51))
        one, two = results(common + 1.0, self.times), results(common, self.times)
        weights = statistics.window(one, 1.0, 2.0)
        self.assertAlmostEqual(weights.sum(), 1.0)
        difference = statistics.difference(one, two, "x", weights)
        self.assertAlmostEqual(difference.value, 1.0)
        self.assertLess(difference.error, 1e-12)
        # By seed and index, wherever a file has them.
        two.observables["x"].samples = two.observables["x"].samples[::-1][:60]
        two.seeds, two.origin_indices = two.seeds[:60], two.origin_indices[::-1][:60]
        shuffled = statistics.difference(one, two, "x", weights)
        self.assertAlmostEqual(shuffled.value, 1.0)
        self.assertLess(shuffled.error, 1e-12)
        two.seeds = two.seeds + 1
        with self.assertRaises(ValueError):
            statistics.difference(one, two, "x", weights)

    def test_crossing(self):
        self.assertAlmostEqual(statistics.crossing_of(self.times, np.sin(self.times), 0.0), math.pi, places=3)
        self.assertIsNone(statistics.crossing_of(self.times, self.times, 7.0))
        samples = np.cos(self.times) + self.noise.normal(scale=0.01, size=(400, 1))
        crossing = statistics.crossing(results(samples, self.times), "x", 0.0)
        self.assertLess(abs(crossing.deviation(math.pi / 2)), 4.0)
        self.assertAlmostEqual(crossing.error, 0.01 / 20, delta=1e-4)

    def test_power_law(self):
        sizes = np.array([5, 10, 20, 40])
        exponent, factor = statistics.power_law(sizes, [Estimate(-3.0 * n**-1.5, 0.01 * n**-1.5) for n in sizes])
        self.assertAlmostEqual(exponent.value, 1.5)
        self.assertAlmostEqual(factor, 3.0)
        self.assertAlmostEqual(exponent.error, 0.01 / 3.0 / np.log(sizes).std() / 2.0)

    def test_threshold(self):
        self.assertAlmostEqual(statistics.threshold(1), 2.5758, places=3)
        self.assertAlmostEqual(statistics.threshold(10), 3.2905, places=3)

    def test_window_and_late_means(self):
        found = results(self.noise.normal(self.times, 0.1, size=(200, 51)), self.times)
        self.assertLess(abs(statistics.window_mean(found, "x", 1.0, 2.0).deviation(1.5)), 4.0)
        late = statistics.late_mean(found, "x")  # 2.5 <= t <= 5
        self.assertLess(abs(late.deviation(3.75)), 4.0)
        self.assertAlmostEqual(late.error, 0.1 / 26**0.5 / 200**0.5, delta=1e-4)

    def test_without_samples_the_covariance_gives_the_same(self):
        samples = self.noise.normal(size=(40, 51)).cumsum(axis=1)
        found = results(samples, self.times)
        expected = statistics.window_mean(found, "x", 1.0, 4.0)
        curve = found.observables["x"]
        curve.samples, curve.covariance = None, np.cov(samples.T)[np.newaxis] / 40
        same = statistics.window_mean(found, "x", 1.0, 4.0)
        self.assertAlmostEqual(same.value, expected.value, places=12)
        self.assertAlmostEqual(same.error, expected.error, places=12)

    def test_one_realization_has_no_error(self):
        self.assertTrue(math.isnan(statistics.late_mean(results(np.ones((1, 51)), self.times), "x").error))

    def test_jackknife(self):
        values = self.noise.normal(3.0, 0.5, size=(400, 2))
        mean = statistics.jackknife(lambda x: x, values[:, 0])
        self.assertAlmostEqual(mean.value, values[:, 0].mean())
        self.assertAlmostEqual(mean.error, values[:, 0].std(ddof=1) / 20)
        ratio = statistics.jackknife(lambda x, y: x / y, *values.T)
        self.assertLess(abs(ratio.deviation(1.0)), 4.0)
        self.assertAlmostEqual(ratio.error, 2**0.5 * 0.5 / 3.0 / 20, delta=0.15 * ratio.error)
        with self.assertRaises(ValueError):
            statistics.jackknife(lambda x, y: x / y, values[:, 0], values[1:, 1])
        # Of many numbers at once; the mean's square without its bias, which is the variance over R.
        squares = statistics.jackknife(lambda x: x**2, values)
        np.testing.assert_allclose(squares.value, values.mean(axis=0)**2 - values.var(axis=0, ddof=1) / 400)
        self.assertAlmostEqual(squares.error[1], statistics.jackknife(lambda x: x**2, values[:, 1]).error)

    def test_ratio_leaves_out_what_is_common(self):
        common = self.noise.normal(5.0, 1.0, size=(100, 51))
        ratio = statistics.ratio(results(2 * common, self.times), results(common, self.times), "x",
                                 statistics.window(results(common, self.times), 1.0, 2.0))
        self.assertAlmostEqual(ratio.value, 2.0)
        self.assertLess(ratio.error, 1e-12)


if __name__ == "__main__":
    unittest.main()
