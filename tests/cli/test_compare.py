"""What rmtheat compare says beside its verdicts is what the file holds."""

import json
import os
import pathlib
import re
import sys
import unittest

import numpy as np

from program import ProgramTest

sys.path.insert(0, str(pathlib.Path(os.environ["RMTHEAT_SOURCE"]) / "tools/python"))
import rmtheat  # noqa: E402

TWO_PAIRS = ["--system1.beta=1, 0.5", "--system2.beta=0.3, 0.4"]


class Compare(ProgramTest):
    def compared(self, *arguments):
        outcome = self.start("compare", *arguments)
        self.assertEqual(outcome.sentences(), [])
        return outcome.output

    def test_bound_of_the_entropys_noise(self):
        for method in ("diagonalization", "lanczos"):
            self.clear()
            self.run_small(*TWO_PAIRS, "--observables.statistics=true", "--ensemble.realizations=30", f"--solver.method={method}")
            ratio, error = rmtheat.open(self.path("results.h5")).bound_ratio()
            found = json.loads(self.compared("results.h5", "--json"))["entropy_bound"]
            self.assertEqual([(each["pair"], each["beta1"], each["beta2"]) for each in found], [(0, 1.0, 0.3), (1, 0.5, 0.4)])
            text = self.compared("results.h5")
            for pair, each in enumerate(found):
                last, least = each["last"], each["least"]
                np.testing.assert_allclose([last["time"], last["ratio"], last["error"]], [4.0, ratio[pair, -1], error[pair, -1]], rtol=1e-6)
                place = np.nanargmin(np.where(error[pair] <= 0.1 * ratio[pair], ratio[pair], np.nan))
                np.testing.assert_allclose([least["time"], least["ratio"], least["error"]],
                                           [0.2 * place, ratio[pair, place], error[pair, place]], rtol=1e-6)
                self.assertRegex(text, rf"(?m)^  pair {pair}: {last['ratio']:.5g} \+- {last['error']:.2g} at t = 4, "
                                       rf"least {least['ratio']:.5g} \+- {least['error']:.2g} at t = {least['time']:.3g}$")

    def test_without_second_moments_or_samples_there_is_no_bound(self):
        for arguments in ([], ["--observables.statistics=true", "--output.samples=false"]):
            self.clear()
            self.run_small(*arguments)
            self.assertNotIn("entropy_bound", json.loads(self.compared("results.h5", "--json")))
            self.assertNotIn("noise of the entropy", self.compared("results.h5"))

    def test_what_is_known_at_the_beginning_is_no_deviation(self):
        """Energies at t = 0 have no error bar; the continuum's differ all the same."""
        self.run_small("--ensemble.realizations=40")
        results = rmtheat.open(self.path("results.h5"))
        energy = results.observables["energy_1"]
        difference = energy.mean[0] - results.predictions["large_n/lo"]["energy_1"][0]
        self.assertGreater(abs(difference[0]), 1e6 * energy.stderr[0, 0])
        rows = json.loads(self.compared("results.h5", "--json"))["predictions"]["large_n/lo"]["observables"]
        row, = (each for each in rows if each["observable"] == "energy_1")
        noisy = energy.stderr[0] > 1e3 * results.rounding_floor("energy_1")
        self.assertFalse(noisy[0])
        self.assertAlmostEqual(row["largest_deviation"], np.abs(difference[noisy] / energy.stderr[0, noisy]).max(),
                               delta=1e-6 * row["largest_deviation"])
        for time in re.findall(r"sigma at t = (\S+)", self.compared("results.h5")):
            self.assertGreater(float(time), 0.0)


if __name__ == "__main__":
    unittest.main()
