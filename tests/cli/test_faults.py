"""Failing writes, renames, allocations and solves, made to happen in the fault-injection build: one
sentence, the right exit status, nothing lost and nothing left out."""

import os
import unittest

import h5py
import numpy as np

from program import ProgramTest, small_with
from results import observables

FAULTY = os.environ["RMTHEAT_FAULTY"]

# Every sample on the disk as soon as it is there.
EAGER = ["--system1.size=6", "--system2.size=6", "--ensemble.realizations=300",
         "--output.checkpoint_interval=0"]


class Faults(ProgramTest):
    def start_with_fault(self, fault, *arguments, ranks=1):
        return self.start("run", *small_with(*arguments), ranks=ranks, program=FAULTY,
                          environment={"RMTHEAT_FAULT": fault})

    def expect_sentence(self, outcome, *fragments):
        self.assertEqual(outcome.status, 3, outcome.messages)
        self.assertEqual(len(outcome.sentences()), 1, outcome.messages)
        for fragment in fragments:
            self.assertIn(fragment, outcome.sentences()[0])

    def expect_same_ensemble(self, name, reference):
        for kind in ("samples", "mean", "stderr"):
            first = observables(self.path(name), kind)
            second = observables(self.path(reference), kind)
            for observable, values in first.items():
                np.testing.assert_array_equal(values, second[observable], observable)

    def finish_and_compare(self, *arguments, ranks=1):
        """What the failed run left is continued to the numbers of an undisturbed one."""
        self.run_small(*EAGER, *arguments, ranks=ranks)
        self.run_small(*EAGER, *arguments, "--output.file=undisturbed.h5", "--restart",
                       ranks=ranks)
        self.expect_same_ensemble("results.h5", "undisturbed.h5")

    def test_without_a_fault_it_is_the_same_program(self):
        outcome = self.start("run", *small_with(), ranks=2, program=FAULTY)
        self.assertEqual(outcome.status, 0, outcome.messages)
        self.run_small("--output.file=usual.h5", ranks=2)
        self.expect_same_ensemble("results.h5", "usual.h5")

    def test_a_full_disk_at_any_checkpoint(self):
        for write in (1, 2, 3):
            with self.subTest(write):
                self.clear()
                outcome = self.start_with_fault(f"write:{write}-99", *EAGER)
                self.expect_sentence(outcome, "rank 0", "results.h5", "No space left")
                written = outcome.checkpoints()
                self.assertEqual(len(written), write - 1)
                self.assertEqual(self.files(), ["results.h5"] if written else [])
                if written:
                    with h5py.File(self.path("results.h5")) as file:
                        self.assertEqual(file["ensemble/done"][...].sum(), written[-1])
                self.finish_and_compare()

    def test_a_failing_rename(self):
        self.run_small(*EAGER, "--ensemble.realizations=20")
        before = observables(self.path("results.h5"), "samples")
        outcome = self.start_with_fault("rename:1-99", *EAGER)
        self.expect_sentence(outcome, "results.h5")
        self.assertEqual(self.files(), ["results.h5"])
        after = observables(self.path("results.h5"), "samples")
        for name, values in before.items():
            np.testing.assert_array_equal(values, after[name])
        self.finish_and_compare()

    def test_lack_of_memory_on_one_rank(self):
        for rank in (0, 1):
            with self.subTest(rank):
                self.clear()
                outcome = self.start_with_fault(f"allocation:1@{rank}", *EAGER, ranks=2)
                self.expect_sentence(outcome, f"rank {rank}", "memory")
                self.finish_and_compare(ranks=2)

    def test_a_failing_solve_is_retried_and_recorded(self):
        for ranks, per_group in ((1, 1), (2, 1), (2, 2)):
            with self.subTest(ranks=ranks, per_group=per_group):
                self.clear()
                layout = f"--solver.ranks_per_group={per_group}"
                once = "--solver.noise_reduction=control"  # one solution per realization
                outcome = self.start_with_fault("solve:2@0", layout, once, ranks=ranks)
                self.assertEqual(outcome.status, 0, outcome.messages)
                self.assertIn("another eigensolver", outcome.messages)
                with h5py.File(self.path("results.h5")) as file:
                    self.assertEqual(file["ensemble/done"][...].sum(), 6)
                    retried = file["ensemble/retried"][...]
                # The second realization of the first group.
                expected = np.zeros(6, dtype=np.uint8)
                expected[2 if ranks > per_group else 1] = 1
                np.testing.assert_array_equal(retried, expected)
                self.run_small("--output.file=usual.h5", layout, once, ranks=ranks)
                first = observables(self.path("results.h5"), "samples")
                second = observables(self.path("usual.h5"), "samples")
                for name, values in first.items():
                    self.assertLess(np.abs(values - second[name]).max(), 1e-11, name)

    def test_the_record_of_a_retry_survives_continuing(self):
        self.start_with_fault("not_finite:2")
        self.run_small("--ensemble.realizations=9")
        with h5py.File(self.path("results.h5")) as file:
            np.testing.assert_array_equal(file["ensemble/retried"][...], [0, 1] + 7 * [0])

    def test_a_solve_that_fails_twice_stops_all_ranks(self):
        once = "--solver.noise_reduction=control"  # one solution per realization
        for fault in ("solve:7-8@1", "not_finite:7-8@1"):
            with self.subTest(fault):
                self.clear()
                outcome = self.start_with_fault(fault, *EAGER, once, ranks=2)
                # The seventh of rank 1, which has the odd ones.
                self.expect_sentence(outcome, "rank 1", "realization 13", "another eigensolver")
                with h5py.File(self.path("results.h5")) as file:
                    done = file["ensemble/done"][...]
                self.assertEqual(done[1:13:2].sum(), 6)
                self.assertEqual(done[13], 0)
                self.finish_and_compare(once, ranks=2)

    def test_lanczos_has_no_second_way(self):
        for ranks, per_group in ((1, 1), (2, 1), (2, 2)):
            with self.subTest(ranks=ranks, per_group=per_group):
                self.clear()
                job = [*EAGER, "--solver.method=lanczos", "--ensemble.realizations=8",
                       f"--solver.ranks_per_group={per_group}"]
                outcome = self.start_with_fault("not_finite:3@0", *job, ranks=ranks)
                failing = 4 if ranks > per_group else 2
                self.expect_sentence(outcome, "rank 0", f"realization {failing}:", "not finite")
                self.assertNotIn("another eigensolver", outcome.messages)
                with h5py.File(self.path("results.h5")) as file:
                    done = file["ensemble/done"][...]
                # What the failing group had finished; the other group's may be on its way.
                self.assertTrue(done[:failing:ranks // per_group].all())
                self.assertFalse(done[failing])
                self.run_small(*job, ranks=ranks)
                self.run_small(*job, "--output.file=undisturbed.h5", "--restart", ranks=ranks)
                self.expect_same_ensemble("results.h5", "undisturbed.h5")


if __name__ == "__main__":
    unittest.main()
