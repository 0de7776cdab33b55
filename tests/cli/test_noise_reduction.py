"""What a diagonalized realization's scatter is reduced by: options, the file, resuming, merging."""

import re
import unittest

import h5py
import numpy as np

from program import ProgramTest, small_with
from results import datasets

REDUCTIONS = ("control", "pairs", "both")


class NoiseReduction(ProgramTest):
    def config(self, name):
        with h5py.File(self.path(name)) as file:
            return file.attrs["config"], file.attrs["method"]

    def test_chosen_and_named(self):
        self.run_small("--output.file=weak.h5", "--coupling.strength=0.05")
        config, method = self.config("weak.h5")
        self.assertIn("noise_reduction = both\n", config)
        self.assertRegex(method, r"diagonalization, pairs of V and -V, control variate \(auto: ")
        self.run_small("--output.file=none.h5", "--solver.noise_reduction=none")
        self.assertEqual(self.config("none.h5")[1], "diagonalization, no noise reduction")
        with h5py.File(self.path("none.h5")) as file:
            self.assertEqual(set(file["ensemble/observables/energy_1"]),
                             {"mean", "stderr", "samples"})
            self.assertNotIn("control_coefficients", file["ensemble"])

    def test_raw_is_what_a_run_without_gives(self):
        self.run_small("--output.file=none.h5", "--solver.noise_reduction=none")
        with h5py.File(self.path("none.h5")) as plain:
            for reduction in REDUCTIONS:
                self.run_small(f"--output.file={reduction}.h5",
                               f"--solver.noise_reduction={reduction}")
                with h5py.File(self.path(f"{reduction}.h5")) as file:
                    for name, group in file["ensemble/observables"].items():
                        expected = plain[f"ensemble/observables/{name}"]
                        for raw, dataset in (("raw_mean", "mean"), ("raw_stderr", "stderr"),
                                             ("raw_samples", "samples")):
                            np.testing.assert_allclose(group[raw], expected[dataset], atol=1e-13)
                        self.assertFalse(np.array_equal(group["mean"], group["raw_mean"]), name)
                    self.assertEqual("control_coefficients" in file["ensemble"],
                                     reduction != "pairs")

    def test_ranks_and_interruptions_change_nothing(self):
        for levels in ("quantile", "iid"):
            options = ["--solver.noise_reduction=both", f"--system1.levels={levels}"]
            self.clear()
            self.run_small("--output.file=whole.h5", *options)
            whole = datasets(self.path("whole.h5"))
            self.run_small("--output.file=ranks.h5", *options, ranks=2)
            self.run_small("--output.file=a.h5", "--ensemble.realizations=2", *options)
            self.run_small("--output.file=b.h5", "--ensemble.first=2", "--ensemble.realizations=4",
                           *options)
            outcome = self.start("merge", "b.h5", "a.h5", "--output", "merged.h5")
            self.assertEqual(outcome.status, 0, outcome.messages)
            self.run_small("--output.file=a.h5", *options)  # extended
            for other in ("ranks.h5", "merged.h5", "a.h5"):
                found = datasets(self.path(other))
                self.assertEqual(found.keys(), whole.keys())
                self.assertIn("ensemble/observables/energy_1/raw_samples", found)
                for name, values in whole.items():
                    np.testing.assert_array_equal(values, found[name], f"{other} {name}")

    def test_a_file_keeps_its_own(self):
        self.run_small("--output.file=r.h5", "--solver.noise_reduction=none",
                       "--ensemble.realizations=2")
        self.run_small("--output.file=r.h5")  # auto
        self.assertIn("noise_reduction = none\n", self.config("r.h5")[0])
        outcome = self.start("run", *small_with("--output.file=r.h5",
                                                "--solver.noise_reduction=control"))
        self.assertEqual(outcome.status, 2)
        self.assertIn("solver.noise_reduction = none there, control here",
                      outcome.sentences()[0])

    def test_chains_have_none(self):
        for reduction in ("control", "both"):
            outcome = self.start("run", *small_with(f"--solver.noise_reduction={reduction}",
                                                    "--solver.method=lanczos"))
            self.assertEqual(outcome.status, 2)
            self.assertEqual(len(outcome.sentences()), 1)
            self.assertIn(f"solver.noise_reduction = {reduction}", outcome.sentences()[0])
            self.assertIn("none, pairs or auto", outcome.sentences()[0])
        self.assertEqual(self.files(), [])

    def test_orders_are_told_apart_by_a_hundred_realizations(self):
        self.run_small("--output.file=r.h5", "--system1.size=10", "--system2.size=10",
                       "--system1.beta=1", "--system2.beta=0.3", "--time.end=10",
                       "--time.steps=200", "--ensemble.realizations=100",
                       "--coupling.strength=0.025", "--observables.conductance=false", ranks=None)
        outcome = self.start("compare", "r.h5")
        verdicts = dict(re.findall(r"(?m)^  (LO|NLO|all orders) +0  (\w+) ", outcome.output.split("large_n")[0]))
        self.assertEqual(verdicts, {"LO": "REJECTED", "NLO": "holds", "all orders": "holds"})


if __name__ == "__main__":
    unittest.main()
