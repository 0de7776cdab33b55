"""Variances of the Python package, their errors and the bound's ratio are what they say."""

import unittest

import h5py
import numpy as np

from package_files import Files, R

import rmtheat


class Fluctuations(Files):
    def with_second_moments(self, samples=True):
        """The fixture with squares about as large as the samples'."""
        random = np.random.default_rng(1)

        def change(file):
            share, beta = file.attrs["work_share"], file["beta"][:]
            changes = [file[f"ensemble/observables/energy_{k}/samples"][:] for k in (1, 2)]
            changes = [values - values[..., :1] for values in changes]
            for name, units, mean in (
                    ("heat", "energy^2", (1 - share) * changes[0] - share * changes[1]),
                    ("entropy", "k_B^2", beta[:, :1] * changes[0] + beta[:, 1:] * changes[1])):
                group = file.create_group(f"ensemble/observables/{name}_second_moment")
                values = mean**2 * (1.5 + random.random((R, 1, 1)))
                file.create_dataset(f"predictions/finite_n/lo/{name}_second_moment", data=values[0])
                for dataset, data in (("mean", values.mean(axis=0)),
                                      ("stderr", values.std(axis=0, ddof=1) / R**0.5),
                                      *([("samples", values)] if samples else [])):
                    group[dataset] = data
                    group[dataset].attrs.update({"units": units, "description": f"{name}, of something"})

        return rmtheat.open(self.altered(change))

    def test_variances_are_those_of_the_jackknife(self):
        results = self.with_second_moments()
        done = np.ones(R, dtype=bool)
        second, first_energy, second_energy, entropy = (
            results.observables[name].samples[done] for name in
            ("entropy_second_moment", "energy_1", "energy_2", "entropy_production"))

        def variance(some):
            return second[some].mean(axis=0) - entropy[some].mean(axis=0)**2

        def ratio(some):
            sigma = entropy[some].mean(axis=0)[:, 1:]
            return variance(some)[:, 1:] * (np.exp(sigma) - 1) / (2 * sigma**2)

        count = R
        for function, (mean, stderr) in ((variance, results.variance("entropy")),
                                         (ratio, [x[:, 1:] for x in results.bound_ratio()])):
            left_out = np.array([function(np.arange(count) != r) for r in range(count)])
            expected = count * function(slice(None)) - (count - 1) * left_out.mean(axis=0)
            np.testing.assert_allclose(mean, expected, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(stderr, np.sqrt(count - 1) * left_out.std(axis=0), rtol=1e-9, atol=1e-12)
            self.assertGreater(stderr[:, -1].min(), 0.0)
        self.assertTrue(np.isnan(results.bound_ratio().mean[:, 0]).all())

        share = results.attributes["work_share"]
        heat = (1 - share) * (first_energy - first_energy[..., :1]) - share * (second_energy - second_energy[..., :1])
        left_out = [results.observables["heat_second_moment"].samples[done][np.arange(count) != r].mean(axis=0)
                    - heat[np.arange(count) != r].mean(axis=0)**2 for r in range(count)]
        np.testing.assert_allclose(results.variance("heat").stderr, np.sqrt(count - 1) * np.std(left_out, axis=0),
                                   rtol=1e-9, atol=1e-12)

    def test_variance_of_a_prediction(self):
        results = self.with_second_moments()
        lo = results.predictions["finite_n/lo"]
        sigma = lo["entropy_production"]
        np.testing.assert_allclose(results.variance("entropy", "finite_n/lo"),
                                   lo["entropy_second_moment"] - sigma**2, atol=1e-12)

    def test_what_there_is_not_is_said(self):
        for results, quantity, part in ((rmtheat.open(self.file), "heat", "observables.statistics was false"),
                                        (self.with_second_moments(), "current", "heat, work, entropy"),
                                        (self.with_second_moments(samples=False), "heat", "output.samples")):
            with self.assertRaisesRegex(ValueError, part):
                results.variance(quantity)

    def test_noise_is_drawn(self):
        import matplotlib
        matplotlib.use("agg")
        from rmtheat import noise_plot

        def add_work(file):
            file.copy("ensemble/observables/heat_second_moment", "ensemble/observables/work_second_moment")

        with self.with_second_moments() as results:
            path = results.path
        with h5py.File(path, "r+") as file:
            add_work(file)
        figure = noise_plot.noise(rmtheat.open(path))
        drawn = figure.axes[0].get_lines()[0].get_ydata()
        mean = rmtheat.open(path).variance("heat").mean[0]
        np.testing.assert_array_equal(drawn, mean[::max(1, len(mean) // noise_plot.POINTS)])


if __name__ == "__main__":
    unittest.main()
