"""Distributions of both energies: options, file, ranks, resuming, merging, predictions."""

import os
import unittest

import h5py
import numpy as np

from program import ProgramTest
from results import datasets

TIMES = "--observables.distribution_times=0, 1.5, 4"


class Distributions(ProgramTest):
    def job(self, name, *options, ranks=1):
        self.run_small(f"--output.file={name}", TIMES, *options, ranks=ranks)

    def test_file(self):
        self.job("r.h5")
        with h5py.File(self.path("r.h5")) as file:
            np.testing.assert_array_equal(file["distribution_time"], [0.0, 1.5, 4.0])
            for number in (1, 2):
                group = file[f"ensemble/distributions/energy_{number}"]
                mean, samples = group["mean"][:], group["samples"][:]
                levels = file[f"systems/{number}/levels"][0]
                self.assertEqual(mean.shape, (len(file["beta"]), 3, len(levels)))
                np.testing.assert_allclose(samples.mean(axis=0), mean, atol=1e-14)
                np.testing.assert_allclose(samples.std(axis=0, ddof=1) / len(samples)**0.5, group["stderr"], atol=1e-14)
                np.testing.assert_allclose(mean.sum(axis=-1), 1.0, atol=1e-12)
                edges = file[f"systems/{number}/bin_edges"][:]
                self.assertTrue(((edges[:-1] < levels) & (levels < edges[1:])).all())
                energy = file[f"ensemble/observables/energy_{number}/{self.unreduced(file)}"][:, 0]
                np.testing.assert_allclose(mean[:, 0] @ levels, energy, atol=1e-12)
                for name in ("finite_n/resummed", "large_n/resummed"):
                    predicted = file[f"predictions/{name}/distributions/energy_{number}"][:]
                    self.assertEqual(predicted.shape, mean.shape)
                    np.testing.assert_allclose(predicted.sum(axis=-1), 1.0, atol=1e-6)
                predicted = file[f"predictions/finite_n/resummed/distributions/energy_{number}"][:]
                curve = file[f"predictions/finite_n/resummed/energy_{number}"][:, 0]
                np.testing.assert_allclose(predicted[:, 0] @ levels, curve, atol=1e-9)

    @staticmethod
    def unreduced(file):
        return "raw_mean" if "raw_mean" in file["ensemble/observables/energy_1"] else "mean"

    def test_ranks_and_interruptions_change_nothing(self):
        for options in (["--solver.method=diagonalization"], ["--solver.method=lanczos", "--system1.levels=iid",
                                                              "--observables.bins=3"]):
            self.clear()
            self.job("whole.h5", *options)
            whole = datasets(self.path("whole.h5"))
            self.job("ranks.h5", *options, ranks=2)
            self.job("a.h5", "--ensemble.realizations=2", *options)
            self.job("b.h5", "--ensemble.first=2", "--ensemble.realizations=4", *options)
            self.assertEqual(self.start("merge", "b.h5", "a.h5", "--output", "merged.h5").status, 0)
            self.job("a.h5", *options)  # extended
            for name in ("ranks.h5", "merged.h5", "a.h5"):
                found = datasets(self.path(name))
                for path, values in whole.items():
                    if "distribution" in path:
                        np.testing.assert_allclose(found[path], values, atol=1e-12, err_msg=f"{name}: {path}")

    def test_without_samples(self):
        self.job("r.h5", "--output.samples=false")
        with h5py.File(self.path("r.h5")) as file:
            self.assertEqual(set(file["ensemble/distributions/energy_1"]), {"mean", "stderr"})
        self.assertEqual(self.start("info", "r.h5").status, 0)

    def test_agrees_with_all_orders(self):
        self.run_small("--output.file=r.h5", TIMES, "--ensemble.realizations=400", "--coupling.strength=0.3",
                       "--system1.size=6", "--system2.size=5", "--observables.conductance=false")
        with h5py.File(self.path("r.h5")) as file:
            for number in (1, 2):
                group = file[f"ensemble/distributions/energy_{number}"]
                predicted = file[f"predictions/finite_n/resummed/distributions/energy_{number}"]
                deviation = (group["mean"][:, 1:] - predicted[:, 1:]) / group["stderr"][:, 1:]
                self.assertLess(np.abs(deviation).max(), 4.5)
                self.assertGreater(np.abs(group["mean"][:, 1:] - group["mean"][:, :1]).max(), 0.02)

    def test_refusals(self):
        for times, words in (("0, 2, 1e9", "time.end"), ("-1", "time.end"), ("1, 1", "twice"), ("0,3", "decimal")):
            outcome = self.start("run", f"--observables.distribution_times={times}", "--output.file=x.h5")
            self.assertEqual(outcome.status, 2)
            self.assertIn("observables.distribution_times", outcome.messages)
            self.assertIn(words, outcome.messages)
            self.assertFalse(os.path.exists(self.path("x.h5")))


if __name__ == "__main__":
    unittest.main()
