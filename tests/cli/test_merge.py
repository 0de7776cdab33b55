"""Parts of an ensemble joined: the numbers of one run, or a sentence."""

import json
import os
import pathlib
import sys
import unittest

import h5py
import numpy as np

from program import ProgramTest, small_with
from results import datasets, done_in

sys.path.insert(0, str(pathlib.Path(os.environ["RMTHEAT_SOURCE"]) / "tools/python"))
import rmtheat  # noqa: E402


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
        self.run_part("e.h5", 3, 3, "--ensemble.seed=2")
        self.expect_refused("a.h5", "e.h5", "--output=all.h5", fragments=["ensemble.seed = 1 and 2", "--pool"])
        self.expect_refused("a.h5", "c.h5", "--pool", "--output=all.h5", fragments=["coupling.strength"])
        random = ["--system1.levels=iid"]
        self.run_part("f.h5", 0, 3, *random)
        self.run_part("g.h5", 3, 3, "--output.samples=false", *random)
        self.expect_refused("f.h5", "g.h5", "--output=all.h5", fragments=["g.h5", "output.samples", "random levels"])
        self.start("predict", *small_with("--output.file=p.h5"))
        self.expect_refused("p.h5", "--output=all.h5", fragments=["p.h5", "no simulation"])
        self.expect_refused("a.h5", "absent.h5", "--output=all.h5", fragments=["absent.h5"])
        self.expect_refused("a.h5", fragments=["--output"])
        self.expect_refused("--output=all.h5", fragments=["part"])
        self.expect_refused("a.h5", "--output=absent/all.h5", fragments=["absent"])
        self.expect_refused("a.h5", "--output=a.h5", fragments=["a.h5", "exists"])

    # What is written without samples has statistics, which are joined.
    def test_extends_files_without_samples(self):
        more = ["--observables.statistics=true", "--observables.distribution_times=1, 3", "--system1.beta=1, 0.5"]
        self.run_part("a.h5", 0, 5, "--output.samples=false", *more)
        self.run_part("b.h5", 5, 1, *more)
        self.run_part("c.h5", 6, 4, "--output.samples=false", *more)
        self.run_part("whole.h5", 0, 10, "--output.samples=false", *more)
        refused = self.start("run", *small_with("--output.file=a.h5", "--ensemble.realizations=10", *more))
        self.assertEqual(refused.status, 2)
        self.assertIn("--ensemble.first=5", refused.sentences()[0])
        outcome = self.start("merge", "c.h5", "a.h5", "b.h5", "--output", "all.h5")
        self.assertEqual(outcome.status, 0, outcome.messages)
        merged, whole = datasets(self.path("all.h5")), datasets(self.path("whole.h5"))
        self.assertEqual(merged.keys(), whole.keys())
        self.assertTrue(any("covariance" in name for name in merged))
        for name, values in merged.items():
            if name.endswith("variance_ratio"):  # nothing varies at t = 0
                values, whole[name] = values[:, 1:], whole[name][:, 1:]
            scale = np.nanmax(np.abs(whole[name][np.isfinite(whole[name])])) if whole[name].dtype.kind == "f" else 0
            np.testing.assert_allclose(values, whole[name], rtol=1e-9, atol=1e-12 * scale, err_msg=name)
        again = self.start("run", *small_with("--output.file=all.h5", "--output.samples=false", "--ensemble.realizations=10", *more))
        self.assertEqual(again.status, 0, again.messages)
        self.assertIn("0 to do", again.messages)
        self.assertEqual(self.start("compare", "all.h5").status, 0)

    def test_pools_seeds(self):
        self.run_part("a.h5", 0, 4, "--ensemble.seed=2")
        self.run_part("b.h5", 1, 3)
        self.run_part("c.h5", 2, 2, "--ensemble.seed=7")
        outcome = self.start("merge", "a.h5", "b.h5", "--pool", "--output", "ab.h5")
        self.assertEqual(outcome.status, 0, outcome.messages)
        outcome = self.start("merge", "ab.h5", "c.h5", "--pool", "--output", "all.h5")
        self.assertEqual(outcome.status, 0, outcome.messages)
        with h5py.File(self.path("all.h5")) as file:
            ensemble = file["ensemble"]
            np.testing.assert_array_equal(ensemble["origin_seed"], [1] * 3 + [2] * 4 + [7] * 2)
            np.testing.assert_array_equal(ensemble["origin_index"], [1, 2, 3, 0, 1, 2, 3, 2, 3])
            np.testing.assert_array_equal(file["realization"], np.arange(9))
            samples = ensemble["observables/heat_current/samples"][...]
            np.testing.assert_allclose(ensemble["observables/heat_current/mean"], samples.mean(axis=0), atol=1e-14)
            np.testing.assert_allclose(ensemble["observables/heat_current/stderr"], samples.std(axis=0, ddof=1) / 3, atol=1e-14)
        for name, rows in (("b.h5", slice(0, 3)), ("a.h5", slice(3, 7)), ("c.h5", slice(7, 9))):
            np.testing.assert_array_equal(datasets(self.path(name))["ensemble/observables/heat_current/samples"], samples[rows])
        self.assertEqual(done_in(self.path("all.h5")), (9, True))
        self.assertIn("seeds          1, 2, 7, pooled", self.start("info", "all.h5").output)
        words = "9 realizations of the seeds 1, 2, 7, pooled"
        self.assertRegex(self.start("info", "all.h5", "a.h5").output, rf"all.h5  complete  {words}, J_Q ")
        compared = self.start("compare", "all.h5")
        self.assertEqual((compared.status, compared.output.splitlines()[0].startswith(f"{words}, 4 (")), (0, True))
        row, = json.loads(self.start("table", "all.h5", "--json").output)
        self.assertEqual(row["seed"], "1, 2, 7")
        opened = rmtheat.open(self.path("all.h5"))
        self.assertTrue(opened.pooled)
        self.assertEqual((opened.seeds.tolist(), opened.origin_indices.tolist()), ([1] * 3 + [2] * 4 + [7] * 2, [1, 2, 3, 0, 1, 2, 3, 2, 3]))
        one = rmtheat.open(self.path("a.h5"))
        self.assertEqual((one.pooled, one.seeds.tolist(), one.origin_indices.tolist()), (False, [2] * 4, [0, 1, 2, 3]))
        # Of the same seed and index the realizations are the same, wherever they stand.
        alike = rmtheat.statistics.difference(opened, one, "heat_current", rmtheat.statistics.late(one))
        self.assertEqual((alike.value, alike.error), (0.0, 0.0))
        # A realization counts once, and none may be drawn again by going on.
        outcome = self.start("merge", "all.h5", "a.h5", "--pool", "--output", "twice.h5")
        self.assertEqual(outcome.status, 2)
        self.assertIn("realization 0 of seed 2", outcome.sentences()[0])
        self.expect_pooled_only("all.h5", "b.h5")
        outcome = self.start("run", *small_with("--output.file=all.h5", "--ensemble.realizations=12"))
        self.assertEqual(outcome.status, 2)
        self.assertIn("pooled seeds", outcome.sentences()[0])
        outcome = self.start("run", *small_with("--output.file=all.h5", "--ensemble.realizations=9"))
        self.assertEqual(outcome.status, 0, outcome.messages)
        self.assertIn("0 to do", outcome.messages)

    def expect_pooled_only(self, *parts):
        outcome = self.start("merge", *parts, "--output", "twice.h5")
        self.assertEqual(outcome.status, 2)
        self.assertIn("--pool", outcome.sentences()[0])
        self.assertNotIn("twice.h5", self.files())


if __name__ == "__main__":
    unittest.main()
