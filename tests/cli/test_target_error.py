"""Ensembles that end when the heat current is known well enough."""

import unittest

import h5py
import numpy as np

from program import ProgramTest
from results import datasets, observables

CHECKS = (16, 24, 32, 48, 64, 96, 128)
JOB = ["--system1.size=6", "--system2.size=6", "--ensemble.realizations=400"]


def relative_error(path, count=None):
    """Of the late mean of the heat current in the first realizations, as h5py sees the file."""
    with h5py.File(path) as file:
        heat = file["ensemble/observables/heat_current/samples"][:count, 0, :]
    late = heat[:, heat.shape[1] // 2:].mean(axis=1)
    return late.std(ddof=1) / np.sqrt(len(late)) / abs(late.mean())


class TargetError(ProgramTest):
    def run_to(self, target, *arguments, ranks=1):
        """The number of realizations that results.h5 has in the end."""
        outcome = self.run_small(*JOB, f"--ensemble.target_error={target}", *arguments, ranks=ranks)
        self.messages = outcome.messages
        with h5py.File(self.path("results.h5")) as file:
            self.assertEqual(file.attrs["status"], "complete")
            done = file["ensemble/done"][...]
            self.assertTrue(done.all())
            self.assertEqual(file["ensemble"].attrs["realizations"], len(done))
        return len(done)

    def target_in_reach(self, *arguments):
        """A target error, and the check that reaches it first."""
        self.run_small(*JOB, f"--ensemble.realizations={CHECKS[-1]}", "--output.file=trial.h5",
                       *arguments)
        errors = [relative_error(self.path("trial.h5"), count) for count in CHECKS]
        target = 1.001 * min(errors[:-1])
        check = next(count for count, error in zip(CHECKS, errors) if error <= target)
        self.assertGreater(check, CHECKS[0])
        return target, check

    def expect_bitwise(self, name, reference):
        first, second = datasets(self.path(name)), datasets(self.path(reference))
        self.assertEqual(first.keys(), second.keys())
        for dataset, values in first.items():
            np.testing.assert_array_equal(values, second[dataset], dataset)

    def test_ends_at_the_first_check_that_reaches_it_on_any_ranks(self):
        target, check = self.target_in_reach()
        for ranks, extra in ((1, []), (2, []), (3, []), (2, ["--solver.ranks_per_group=2"])):
            with self.subTest(ranks=ranks, extra=extra):
                self.clear()
                self.assertEqual(self.run_to(target, *extra, ranks=ranks), check)
                self.assertIn(f"reached with {check} realizations", self.messages)
                self.assertIn(f"{check} of 400", self.start("info", "results.h5").output)

    def test_is_the_ensemble_of_that_number_of_realizations(self):
        for levels in ([], ["--system1.levels=iid"]):
            with self.subTest(levels=levels):
                self.clear()
                target, check = self.target_in_reach(*levels)
                self.run_to(target, *levels, ranks=2)
                self.run_small(*JOB, *levels, f"--ensemble.realizations={check}",
                               "--output.file=full.h5", ranks=2)
                self.expect_bitwise("results.h5", "full.h5")

    def test_resuming_keeps_the_rule(self):
        target, check = self.target_in_reach()
        self.run_to(target, "--ensemble.realizations=10")
        self.assertEqual(self.run_to(target), check)
        self.run_small(*JOB, f"--ensemble.realizations={check}", "--output.file=full.h5")
        self.expect_bitwise("results.h5", "full.h5")
        self.assertEqual(self.run_to(target), check)
        self.assertIn(" 0 to do", self.messages)

    def test_another_target_goes_on_and_drops_nothing(self):
        target, check = self.target_in_reach()
        self.run_to(target)
        self.assertEqual(self.run_to(10.0), check)
        self.assertGreater(self.run_to(0.8 * target), check)
        self.run_small(*JOB, "--ensemble.realizations=140", "--restart")
        self.assertEqual(self.run_to(10.0), 192)

    def test_a_target_out_of_reach(self):
        self.assertEqual(self.run_to(1e-6, "--ensemble.realizations=20"), 20)
        self.assertIn("not reached", self.messages)

    def test_merging_parts_with_a_target(self):
        for name, first in (("a.h5", 0), ("b.h5", 20)):
            self.run_small(*JOB, "--ensemble.target_error=1e-6", f"--ensemble.first={first}",
                           "--ensemble.realizations=20", f"--output.file={name}")
        outcome = self.start("merge", "a.h5", "b.h5", "--output", "all.h5")
        self.assertEqual(outcome.status, 0, outcome.messages)
        self.run_small(*JOB, "--ensemble.realizations=40")
        for name, values in observables(self.path("all.h5"), "mean").items():
            np.testing.assert_array_equal(values, observables(self.path("results.h5"), "mean")[name])


if __name__ == "__main__":
    unittest.main()
