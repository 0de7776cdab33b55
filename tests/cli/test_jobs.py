"""Whole jobs through the command line."""

import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

import h5py
import numpy as np

from program import ProgramTest, small_with
from results import datasets, observables

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])
SUMMARY = SOURCE / "tools/summary.py"


class Jobs(ProgramTest):
    def expect_equal(self, left, right, tolerance):
        first = observables(self.path(left), "samples")
        second = observables(self.path(right), "samples")
        self.assertEqual(first.keys(), second.keys())
        for name, values in first.items():
            self.assertLess(np.abs(values - second[name]).max(), tolerance, name)

    def test_ranks_groups_and_grids_give_the_same_numbers(self):
        self.run_small("--output.file=alone.h5")
        layouts = [
            (2, 1, None), (4, 1, None), (2, 2, 1), (2, 2, 2), (3, 3, 1), (4, 4, 2), (4, 2, None),
            (3, 2, None),
        ]
        for ranks, per_group, rows in layouts:
            name = f"{ranks}-{per_group}-{rows}.h5"
            arguments = [f"--output.file={name}", f"--solver.ranks_per_group={per_group}"]
            if rows is not None:
                arguments.append(f"--solver.grid_rows={rows}")
            with self.subTest(name):
                self.run_small(*arguments, ranks=ranks)
                self.expect_equal("alone.h5", name, 1e-10)

    def test_goe_and_random_levels_on_several_ranks(self):
        arguments = ["--coupling.ensemble=goe", "--system1.levels=iid", "--system2.levels=gue"]
        self.run_small(*arguments, "--output.file=one.h5")
        self.run_small(*arguments, "--output.file=two.h5", "--solver.ranks_per_group=2", ranks=2)
        self.expect_equal("one.h5", "two.h5", 1e-10)
        with h5py.File(self.path("one.h5")) as file:
            levels = file["systems/1/levels"][...]
            self.assertEqual(levels.shape, (6, 4))
            self.assertGreater(np.ptp(levels, axis=0).min(), 0.0)

    def test_exact_identities_in_the_file(self):
        self.run_small("--system1.beta=1,0.2", "--system2.beta=0.3,-0.1", ranks=2)
        values = observables(self.path("results.h5"), "samples")
        total = values["energy_1"] + values["energy_2"] + values["interaction_energy"]
        self.assertLess(np.abs(total - total[..., :1]).max(), 1e-12)
        raw = observables(self.path("results.h5"), "raw_samples")
        self.assertGreaterEqual(raw["entropy_production"].min(), -1e-11)
        np.testing.assert_allclose(values["work_power"], values["current_1"] + values["current_2"],
                                   atol=1e-13)
        self.assertEqual(values["energy_1"].shape, (6, 2, 21))

    def test_statistics_are_those_of_the_samples(self):
        self.run_small(ranks=2)
        samples = observables(self.path("results.h5"), "samples")
        means = observables(self.path("results.h5"), "mean")
        errors = observables(self.path("results.h5"), "stderr")
        for name, values in samples.items():
            np.testing.assert_allclose(means[name], values.mean(axis=0), atol=1e-14)
            np.testing.assert_allclose(errors[name], values.std(axis=0, ddof=1) / np.sqrt(6),
                                       atol=1e-14)

    def test_running_again_continues(self):
        self.run_small("--output.file=part.h5")
        outcome = self.run_small("--output.file=part.h5", "--ensemble.realizations=9")
        self.assertIn("3 to do", outcome.messages)
        self.run_small("--output.file=whole.h5", "--ensemble.realizations=9")
        self.expect_equal("part.h5", "whole.h5", 1e-15)
        again = self.run_small("--output.file=part.h5", "--ensemble.realizations=9")
        self.assertIn("0 to do", again.messages)

    def test_file_of_schema_1_is_read_continued_and_merged(self):
        with open(self.path("old.h5"), "wb") as file:
            file.write(gzip.decompress((SOURCE / "tests/tools/fixtures/schema_1.h5.gz").read_bytes()))
        told = self.start("info", "old.h5", "--config").output
        self.assertIn("3 levels (iid), gaussian", told)
        self.assertIn("GUE, lambda = 0.2, D = 12", told)
        self.assertIn("lambda = 0.2, GUE coupling", self.start("compare", "old.h5").output)
        merged = self.start("merge", "old.h5", "--output", "merged.h5")
        self.assertEqual(merged.status, 0, merged.messages)
        with open(self.path("job.ini"), "w", encoding="utf-8") as job:
            job.write(told[told.index("[system1]"):])
        old = datasets(self.path("old.h5"))
        outcome = self.start("run", "--config=job.ini", "--output.file=old.h5",
                             "--ensemble.realizations", "9", ranks=1)
        self.assertEqual(outcome.status, 0, outcome.messages)
        new = datasets(self.path("old.h5"))
        for name in ("ensemble/observables/heat_current/samples", "systems/1/levels"):
            self.assertEqual(len(new[name]), 9)
            np.testing.assert_array_equal(new[name][:8], old[name])
            np.testing.assert_array_equal(datasets(self.path("merged.h5"))[name], old[name])
        with h5py.File(self.path("old.h5")) as file:
            self.assertEqual(file.attrs["schema_version"], 2)
            self.assertEqual((file.attrs["n1"], file.attrs["n2"], file.attrs["realizations_wanted"]),
                             (3, 4, 9))

    def test_other_physics_does_not_overwrite(self):
        self.run_small()
        before = observables(self.path("results.h5"), "mean")
        outcome = self.start("run", *small_with("--ensemble.seed=5"), ranks=2)
        self.assertEqual(outcome.status, 2)
        self.assertIn("ensemble.seed", outcome.sentences()[0])
        after = observables(self.path("results.h5"), "mean")
        np.testing.assert_array_equal(before["energy_1"], after["energy_1"])

        self.run_small("--ensemble.seed=5", "--restart")
        self.assertEqual(self.files(), ["results.h5", "results.h5.bak"])
        kept = observables(self.path("results.h5.bak"), "mean")
        np.testing.assert_array_equal(before["energy_1"], kept["energy_1"])

    def test_fewer_realizations_do_not_drop_any(self):
        self.run_small()
        outcome = self.start("run", *small_with("--ensemble.realizations=3"))
        self.assertEqual(outcome.status, 2)
        self.assertIn("realization 3", outcome.sentences()[0])

    def test_predict_needs_no_simulation_and_spares_one(self):
        outcome = self.start("predict", *small_with("--output.file=p.h5"))
        self.assertEqual(outcome.status, 0, outcome.messages)
        with h5py.File(self.path("p.h5")) as file:
            self.assertIn("predictions/finite_n/lo/heat_current", file)
            self.assertIn("predictions/large_n/lo/heat_current", file)
            self.assertNotIn("ensemble/observables", file)
        refused = self.start("compare", "p.h5")
        self.assertEqual(refused.status, 2)
        self.run_small()
        refused = self.start("predict", *small_with())
        self.assertEqual(refused.status, 2)
        self.assertIn("results.h5", refused.sentences()[0])


# With noise reduction no coupling is weak enough for the leading order.
RAW = "--solver.noise_reduction=none"


class Comparing(ProgramTest):
    def simulate(self, strength, *arguments):
        sizes = [] if "--system1.size=10" in arguments else ["--system1.size=8", "--system2.size=8"]
        outcome = self.start(
            "run", *sizes, "--ensemble.realizations=60", "--time.end=5", "--time.steps=50",
            f"--coupling.strength={strength}", *arguments, ranks=2)
        self.assertEqual(outcome.status, 0, outcome.messages)

    def test_leading_order_holds_at_weak_coupling(self):
        self.simulate(0.03, RAW)
        outcome = self.start("compare", "results.h5", "--prediction=lo")
        self.assertEqual(outcome.status, 0, outcome.output)
        self.assertRegex(outcome.output, r"(?m)^  LO +0  holds ")

    def test_leading_order_is_rejected_at_strong_coupling(self):
        self.simulate(0.4)
        outcome = self.start("compare", "results.h5", "--prediction=finite_n/lo", "--json")
        self.assertEqual(outcome.status, 1, outcome.output)
        table = json.loads(outcome.output)
        self.assertFalse(table["predictions"]["finite_n/lo"]["holds"])
        self.assertEqual(table["realizations"], 60)
        heat = next(row for row in table["predictions"]["finite_n/lo"]["observables"]
                    if row["observable"] == "heat_current")
        self.assertGreater(heat["chi2_per_dof"], 10.0)
        self.assertLess(heat["p_value"], 1e-6)
        lenient = self.start("compare", "results.h5", "--prediction=lo", "--max-chi2=1e9")
        self.assertEqual(lenient.status, 0, lenient.output)

    def test_all_orders_hold_at_strong_coupling(self):
        self.simulate(0.4, "--system1.size=10", "--system2.size=10")
        for prediction, status in (("lo", 1), ("nlo", 1), ("resummed", 0)):
            outcome = self.start("compare", "results.h5", f"--prediction={prediction}", "--json")
            self.assertEqual(outcome.status, status, prediction)
            table = json.loads(outcome.output)["predictions"][f"finite_n/{prediction}"]
            chi2 = [row["chi2_per_dof"] for row in table["observables"]
                    if row["observable"] == "heat_current"][0]
            # The mean of F(10, 50) is 1.04, its standard deviation 0.5; four of them.
            (self.assertLess if status == 0 else self.assertGreater)(chi2, 3.1)

    # The scatter of random levels is in simulation and prediction alike: only the difference's
    # error bar makes a test of it. It must neither hide a failure nor see one where there is none.
    def test_random_levels(self):
        self.simulate(0.03, RAW, "--system1.levels=iid", "--system2.levels=iid")
        outcome = self.start("compare", "results.h5", "--prediction=lo", "--json")
        self.assertEqual(outcome.status, 0, outcome.output)
        table = json.loads(outcome.output)["predictions"]["finite_n/lo"]["observables"]
        chi2 = [row["chi2_per_dof"] for row in table if "chi2_per_dof" in row]
        self.assertGreater(np.median(chi2), 0.2)
        with h5py.File(self.path("results.h5")) as file:
            scatter = file["ensemble/covariance/heat_current"][0, -1, -1]
            residual = file["predictions/finite_n/lo/residual_covariance/heat_current"][0, -1, -1]
            self.assertLess(residual, 0.5 * scatter)

    def test_summary_of_comparisons(self):
        self.simulate(0.03, RAW)
        outcome = self.start("compare", "results.h5", "--json")
        with open(self.path("weak.json"), "w", encoding="utf-8") as file:
            file.write(outcome.output)
        for prediction, status in (("finite_n/lo", 0), ("large_n/kinetic", 1)):
            summary = subprocess.run(
                [sys.executable, SUMMARY, "--prediction", prediction, self.path("weak.json")],
                capture_output=True, text=True, check=False)
            self.assertEqual(summary.returncode, status, summary.stderr)
            self.assertIn(f"{prediction} is rejected in {status} of 1", summary.stdout)

    # Few product states at long times, and error bars that see it; at three levels equally far apart the currents
    # come back, more strongly than in the limit of many states.
    def test_a_resolved_finite_dimension_refutes_nothing(self):
        for size, strength, coupling in ((2, 0.3, "gue"), (3, 0.6, "goe")):
            with self.subTest(size=size):
                file = f"{coupling}.h5"
                outcome = self.start(
                    "run", f"--system1.size={size}", f"--system2.size={size}", "--ensemble.realizations=2000",
                    "--time.end=10", "--time.steps=50", f"--coupling.strength={strength}",
                    f"--coupling.ensemble={coupling}", "--solver.method=diagonalization", f"--output.file={file}")
                self.assertEqual(outcome.status, 0, outcome.messages)
                outcome = self.start("compare", file, "--prediction=resummed")
                self.assertEqual(outcome.status, 0, outcome.output)
                self.assertRegex(outcome.output, r"(?m)^  all orders +0  not resolved: 1/D ")
                self.assertEqual(self.start("compare", file, "--prediction=lo").status, 1)

    # Nothing flows: what differs from the continuum's kinetic limit is the levels, which it does not have.
    def test_uncoupled_levels_refute_nothing(self):
        self.simulate(0.0)
        for prediction in ("finite_n/resummed", "large_n/resummed", "large_n/kinetic"):
            outcome = self.start("compare", "results.h5", f"--prediction={prediction}")
            self.assertEqual(outcome.status, 0, outcome.output)
        self.assertRegex(outcome.output, r"(?m)^  kinetic limit +0  not resolved: N ")

    # One pair of different temperatures, at which the leading order fails, one of equal ones.
    def test_a_line_a_prediction_and_details_on_request(self):
        self.simulate(0.4, "--system1.beta=1,0.5,0.5", "--system2.beta=0.3,0.3,0.5")
        table = self.start("compare", "results.h5").output
        rows = re.findall(r"(?m)^  (LO|NLO|all orders|kinetic limit) +(\d)  (\w+).* sigma at t = ", table)
        self.assertEqual(len(rows), 7 * 3)
        self.assertEqual([row[:2] for row in rows[:4]], [("LO", "0"), ("LO", "1"), ("LO", "2"), ("NLO", "0")])
        self.assertLess(len(table.splitlines()), 45)
        for part in ("pair 1: beta1 = 0.5, beta2 = 0.3", "for the levels used", "infinitely many levels",
                     "up to 27 tests", "Bonferroni"):
            self.assertIn(part, table)
        whole = json.loads(self.start("compare", "results.h5", "--json").output)
        lo = whole["predictions"]["finite_n/lo"]
        words = {"holds": "holds", "rejected": "REJECTED", "unresolved": "not"}
        self.assertEqual([row[2] for row in rows[:3]], [words[pair["verdict"]] for pair in lo["pairs"]])
        self.assertEqual([pair["beta1"] for pair in lo["pairs"]], [1.0, 0.5, 0.5])
        self.assertEqual((lo["tests"], whole["significance"]), (27, 0.01))

        worst = max((row for row in lo["observables"] if row["pair"] == 0), key=lambda row: -row["p_value"])
        self.assertIn(worst["observable"], re.search(r"(?m)^  LO +0 .*", table)[0])
        details = self.start("compare", "results.h5", "--pair=1", "--prediction=LO").output
        self.assertEqual(len(re.findall(r"\+-", details)), 9)
        self.assertIn("finite_n/lo, pair 1: ", details)
        one = self.start("compare", "results.h5", "--observable=heat_current").output
        self.assertEqual(len(re.findall(r"(?m)^  heat_current .*\+-", one)), 7 * 3)
        every = self.start("compare", "results.h5", "--verbose").output
        self.assertEqual(len(re.findall(r"\+-", every)), sum(len(p["observables"]) for p in whole["predictions"].values()))

    def test_names_that_people_type(self):
        self.simulate(0.4)
        for name, status in (("LO", 1), ("NLO", 1), ("all-orders", 0), ("finite_n/All-Orders", 0), ("large_n/LO", 1)):
            self.assertEqual(self.start("compare", "results.h5", f"--prediction={name}").status, status, name)

    def test_unknown_names(self):
        self.simulate(0.1)
        for option, part in (("--prediction=nnnlo", "finite_n/lo"), ("--observable=heat", "heat_current"),
                             ("--pair=1", "--pair = 1: the value must be the index")):
            outcome = self.start("compare", "results.h5", option)
            self.assertEqual(outcome.status, 2)
            self.assertIn(part, outcome.sentences()[0])

    def test_info(self):
        self.simulate(0.1)
        outcome = self.start("info", "results.h5", "--config")
        self.assertEqual(outcome.status, 0, outcome.messages)
        self.assertIn("60 of 60", outcome.output)
        self.assertIn("strength = 0.1", outcome.output)


if __name__ == "__main__":
    unittest.main()
