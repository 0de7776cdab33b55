"""Parts of an ensemble joined: the numbers of one run, or a sentence."""

import unittest

import h5py
import numpy as np

from program import ProgramTest, small_with
from results import datasets, done_in


class Merge(ProgramTest):
    def run_part(self, name, first, count, *arguments):
        return self.run_small(f"--output.file={name}", f"--ensemble.first={first}",
                              f"--ensemble.realizations={count}", *arguments)

    def expect_refused(self, *arguments, fragments):
        outcome = self.start("merge", *arguments)
        self.assertEqual(outcome.status, 2, outcome.messages)
        self.assertEqual(len(outcome.sentences()), 1, outcome.messages)
        for fragment in fragments:
            self.assertIn(fragment, outcome.sentences()[0])
        self.assertNotIn("all.h5", self.files())
        self.assertNotIn("all.h5.lock", self.files())

    def test_as_one_run(self):
        for levels in (["--system1.levels=quantile"],
                       ["--system1.levels=iid", "--system2.levels=gue", "--system1.beta=1,0.5"]):
            with self.subTest(levels):
                self.clear()
                self.run_part("a.h5", 3, 4, *levels)
                self.run_part("b.h5", 7, 2, *levels)
                self.run_part("c.h5", 9, 5, *levels)
                self.run_part("whole.h5", 3, 11, *levels)
                outcome = self.start("merge", "c.h5", "a.h5", "b.h5", "--output", "all.h5")
                self.assertEqual(outcome.status, 0, outcome.messages)
                merged = datasets(self.path("all.h5"))
                whole = datasets(self.path("whole.h5"))
                self.assertEqual(merged.keys(), whole.keys())
                for name, values in merged.items():
                    np.testing.assert_array_equal(values, whole[name], name)
                self.assertEqual(done_in(self.path("all.h5")), (11, True))
                again = self.start("run", *small_with(
                    "--output.file=all.h5", "--ensemble.first=3", "--ensemble.realizations=11",
                    *levels))
                self.assertEqual(again.status, 0, again.messages)
                self.assertIn("0 to do", again.messages)

    def test_gaps(self):
        self.run_part("a.h5", 0, 3)
        self.run_part("c.h5", 5, 4)
        self.expect_refused("a.h5", "c.h5", "--output=all.h5",
                            fragments=["realization 3", "--allow-gaps"])
        outcome = self.start("merge", "a.h5", "c.h5", "--output=all.h5", "--allow-gaps")
        self.assertEqual(outcome.status, 0, outcome.messages)
        self.assertEqual(done_in(self.path("all.h5")), (7, False))
        with h5py.File(self.path("all.h5")) as file:
            np.testing.assert_array_equal(file["ensemble/done"][...], [1, 1, 1, 0, 0, 1, 1, 1, 1])
            samples = file["ensemble/observables/energy_1/samples"][...]
            np.testing.assert_allclose(file["ensemble/observables/energy_1/mean"][...],
                                       samples[[0, 1, 2, 5, 6, 7, 8]].mean(axis=0), atol=1e-13)
        # A run fills the gap, and is then what an undisturbed one is.
        self.run_part("all.h5", 0, 9)
        self.run_part("whole.h5", 0, 9)
        merged = datasets(self.path("all.h5"))
        for name, values in datasets(self.path("whole.h5")).items():
            np.testing.assert_array_equal(values, merged[name], name)

    def test_refusals(self):
        self.run_part("a.h5", 0, 3)
        self.run_part("b.h5", 2, 3)
        self.expect_refused("a.h5", "b.h5", "--output=all.h5", fragments=["realization 2", "b.h5"])
        self.expect_refused("a.h5", "a.h5", "--output=all.h5", fragments=["realization 0"])
        self.run_part("c.h5", 3, 3, "--coupling.strength=0.2")
        self.expect_refused("a.h5", "c.h5", "--output=all.h5",
                            fragments=["coupling.strength", "0.3", "0.2"])
        self.run_part("d.h5", 3, 3, "--output.samples=false")
        self.expect_refused("a.h5", "d.h5", "--output=all.h5",
                            fragments=["d.h5", "output.samples"])
        self.start("predict", *small_with("--output.file=p.h5"))
        self.expect_refused("p.h5", "--output=all.h5", fragments=["p.h5", "no simulation"])
        self.expect_refused("a.h5", "absent.h5", "--output=all.h5", fragments=["absent.h5"])
        self.expect_refused("a.h5", fragments=["--output"])
        self.expect_refused("--output=all.h5", fragments=["part"])
        self.expect_refused("a.h5", "--output=absent/all.h5", fragments=["absent"])
        self.expect_refused("a.h5", "--output=a.h5", fragments=["a.h5", "exists"])


if __name__ == "__main__":
    unittest.main()
