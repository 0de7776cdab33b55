"""Many results files in one table, and the status of a scan."""

import csv
import io
import json
import math
import os
import unittest

import h5py
import numpy as np

from program import ProgramTest, small_with


class Table(ProgramTest):
    def rows(self, *arguments):
        outcome = self.start("table", *arguments, "--json")
        self.assertEqual(outcome.status, 0, outcome.messages)
        return json.loads(outcome.output)

    def scan(self, *arguments):
        outcome = self.start("run", *[a for a in small_with(*arguments) if "strength" not in a],
                             "--scan.coupling.strength=0.1, 1, 10", "--scan.coupling.ensemble=gue, goe")
        self.assertEqual(outcome.status, 0, outcome.messages)

    def test_a_line_for_each_file_and_pair(self):
        self.scan("--system1.beta=1, 0.5", "--ensemble.realizations=40")
        rows = self.rows("scan")
        self.assertEqual([(r["coupling_strength"], r["beta1"], r["coupling.ensemble"]) for r in rows],
                         [(s, b, e) for s in (0.1, 1.0, 10.0) for b in (0.5, 1.0) for e in ("goe", "gue")])
        for row in rows:
            self.assertEqual((row["n1"], row["n2"], row["beta2"], row["seed"], row["method"], row["realizations"], row["status"]),
                             (4, 3, 0.3, 1, "diagonalization", 40, "complete"))
            with h5py.File(self.path(row["file"])) as file:
                late = slice(21 // 2, None)
                for name in ("current_1", "current_2", "heat_current", "work_power", "conductance", "energy_1"):
                    samples = file[f"ensemble/observables/{name}/samples"][:, row["pair"], late].mean(axis=1)
                    self.assertTrue(math.isclose(row[name], samples.mean(), rel_tol=1e-9, abs_tol=1e-14), name)
                    self.assertTrue(math.isclose(row[f"{name}_error"], samples.std(ddof=1) / 40**0.5, rel_tol=1e-6, abs_tol=1e-14), name)
                predicted = file["predictions/finite_n/lo/heat_current"][row["pair"], late].mean()
                self.assertTrue(math.isclose(row["finite_n/lo heat_current"], predicted, rel_tol=1e-9))
            compared = json.loads(self.start("compare", row["file"], "--json").output)["predictions"]
            self.assertEqual({name: row[name] for name in compared},
                             {name: each["pairs"][row["pair"]]["verdict"] for name, each in compared.items()})
        self.assertIn("rejected", [row["finite_n/lo"] for row in rows])

    def test_csv_and_text_say_the_same(self):
        self.scan("--solver.noise_reduction=none")
        rows = self.rows("scan")
        outcome = self.start("table", "scan", "--csv")
        self.assertEqual(outcome.status, 0, outcome.messages)
        read = list(csv.DictReader(io.StringIO(outcome.output)))
        self.assertEqual(len(read), len(rows))
        for line, row in zip(read, rows):
            self.assertEqual(list(line), list(row))
            for name, value in row.items():
                self.assertEqual(line[name] if isinstance(value, str) else float(line[name]) if line[name] else None, value, name)
        text = self.start("table", "scan").output.splitlines()
        self.assertEqual(text[0].split()[:4], ["file", "coupling_strength", "coupling.ensemble", "realizations"])
        for line, row in zip(text[1:], rows):
            self.assertEqual(line.split()[0], os.path.basename(row["file"]))
            self.assertIn(f"{row['heat_current']:.5g} +- {row['heat_current_error']:.2g}", line)

    def test_files_of_all_kinds_together(self):
        self.run_small("--output.file=a.h5", "--output.samples=false", "--ensemble.realizations=40")
        self.run_small("--output.file=b.h5", "--ensemble.realizations=1", "--system1.size=8")
        self.start("predict", *small_with("--output.file=p.h5", "--system1.size=12"))
        self.start("merge", "b.h5", "--output=c.h5")
        rows = self.rows("p.h5", "b.h5", "a.h5")
        self.assertEqual([(row["file"], row["n1"], row["realizations"], row["method"]) for row in rows],
                         [("a.h5", 4, 40, "diagonalization"), ("b.h5", 8, 1, "diagonalization"), ("p.h5", 12, 0, None)])
        self.assertGreater(rows[0]["heat_current_error"], 0)
        self.assertIsNone(rows[1]["heat_current_error"])  # one realization has no error
        self.assertNotIn("finite_n/lo", rows[1])
        self.assertNotIn("heat_current", rows[2])
        self.assertGreater(rows[2]["finite_n/lo heat_current"], 0)
        lines = list(csv.DictReader(io.StringIO(self.start("table", "a.h5", "p.h5", "--csv").output)))
        self.assertEqual([line["heat_current"] == "" for line in lines], [False, True])

    def test_refusals(self):
        os.mkdir(self.path("empty"))
        for arguments, fragment in ((["absent.h5"], "absent.h5"), (["empty"], "without results files"), ([], "results files"),
                                    (["a.h5", "--csv", "--json"], "one of them"), (["a.h5", "--significance=1"], "between 0 and 1")):
            outcome = self.start("table", *arguments)
            self.assertEqual(outcome.status, 2, outcome.messages)
            self.assertIn(fragment, outcome.sentences()[0])

    def test_status_of_a_scan(self):
        self.scan()
        os.remove(self.path("scan/ensemble=gue_strength=1.h5"))
        with open(self.path("scan/ensemble=goe_strength=10.h5.lock"), "w", encoding="ascii"):
            pass
        outcome = self.start("info", "scan")
        self.assertEqual(outcome.status, 0, outcome.messages)
        lines = outcome.output.splitlines()
        self.assertEqual(len(lines), 7)
        for line in lines[:1] + lines[2:6]:
            self.assertRegex(line, r"^ +\d  scan/ensemble=go?u?e_strength=\S+\.h5 +complete  6 of 6 realizations, J_Q  \S+ \+- \S+, written ")
        self.assertEqual([line.endswith("locked by a job") for line in lines[:6]].count(True), 1)
        self.assertRegex(lines[1], r"^ +1  scan/ensemble=gue_strength=1.h5 +missing$")
        self.assertEqual(lines[6], "scan: 6 points, 5 complete, 1 missing (1); 30 of 36 realizations")
        self.assertEqual(self.start("info", "scan", "--target-error=0.1").status, 2)
        with h5py.File(self.path("scan/ensemble=goe_strength=1.h5")) as file:
            mean = np.mean(file["ensemble/observables/heat_current/samples"][:, 0, 10:])
        self.assertIn(f"J_Q  {mean:.4g} +-", next(line for line in lines if "goe_strength=1.h5" in line))
        files = [f"scan/{name}" for name in os.listdir(self.path("scan")) if name.endswith(".h5")]
        lines = self.start("info", *files).output.splitlines()
        self.assertEqual((len(lines), lines[-1]), (6, "5 files, 5 complete; 30 of 30 realizations"))


if __name__ == "__main__":
    unittest.main()
