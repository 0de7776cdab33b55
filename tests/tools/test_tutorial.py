"""The tutorial's way from a job to figures and a table, as typed."""

import csv
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])
TUTORIAL = (SOURCE / "docs/tutorial.md").read_text(encoding="utf-8")


def section(heading):
    return TUTORIAL.split(f"## {heading}\n")[1].split("\n## ")[0]


def blocks(heading, language):
    return re.findall(rf"```{language}\n([\s\S]*?)```", section(heading))


def commands(heading):
    """The indented lines that are typed, not shown."""
    text = re.sub(r"```[\s\S]*?```", "", section(heading))
    return "\n".join(line[4:] for line in text.splitlines()
                     if line.startswith("    ") and not re.match(r"    (finite_n| +pair|  (LO|NLO|all orders) )", line))


class Tutorial(unittest.TestCase):
    def test_from_a_job_to_a_scan(self):
        with tempfile.TemporaryDirectory(prefix="rmtheat-tutorial-") as directory:
            folder = pathlib.Path(directory)
            (folder / "mine.ini").write_text(blocks("Your own plot in five minutes", "ini")[0])
            (folder / "tools").symlink_to(SOURCE / "tools")

            def typed(heading):
                return subprocess.run(
                    ["bash", "-euc", commands(heading).replace("mpirun", os.environ["RMTHEAT_MPIEXEC"])], cwd=folder, capture_output=True, text=True, timeout=600, check=True,
                    env={**os.environ, "PATH": f"{pathlib.Path(os.environ['RMTHEAT_PROGRAM']).parent}:{os.environ['PATH']}",
                         "PYTHONPATH": str(SOURCE / "tools/python"), "PYTHONDONTWRITEBYTECODE": "1",
                         "RMTHEAT_PYTHON": sys.executable}).stdout

            told = typed("Your own plot in five minutes")
            shown = re.findall(r"(?m)^      (?:LO|NLO|all orders) .*$", section("Your own plot in five minutes"))
            self.assertEqual(len(shown), 3)
            for line in shown:  # not its numbers, which may be those of another BLAS
                self.assertRegex(told, r"(?m)^ +" + r" +".join(map(re.escape, line.split()[:3])))
            told += typed("A scan")
            for name in ("mine.png", "figure_1.pdf", "scan/plateau.pdf", "scan/heat_current_overlay_per_lambda2.png", "scan/index.html", "scan/table.csv"):
                self.assertTrue((folder / name).exists(), told)
            self.assertIn("scan: 8 points, 8 complete; 1600 of 1600 realizations", told)
            for shown in blocks("A scan", "text")[0].splitlines():  # not its numbers
                self.assertIn(shown.split()[:5], [line.split()[:5] for line in told.splitlines()])
            with open(folder / "scan/table.csv", encoding="utf-8") as file:
                table = list(csv.DictReader(file))
            self.assertEqual([(int(row["n1"]), float(row["coupling_strength"])) for row in table],
                             [(size, strength) for size in (8, 12) for strength in (0.05, 0.1, 0.2, 0.4)])
            for row in table:
                self.assertGreater(float(row["heat_current"]), 10 * float(row["heat_current_error"]))
                self.assertIn(row["finite_n/lo"], ("rejected", "unresolved"))
            (folder / "axes.ini").write_text((folder / "mine.ini").read_text() + blocks("A scan", "ini")[0])
            listed = subprocess.run([os.environ["RMTHEAT_PROGRAM"], "run", "--config", "axes.ini", "--dry-run"], cwd=folder,
                                    capture_output=True, text=True, timeout=120, check=True).stdout
            self.assertIn("mine/: 16 points", listed)
            code = "import rmtheat\n" + blocks("A scan", "python")[0]
            subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, timeout=120,
                           env={**os.environ, "PYTHONPATH": str(SOURCE / "tools/python")})
            with open(folder / "scan/late.csv", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            self.assertEqual({(float(row["coupling_strength"]), int(row["n1"])) for row in rows},
                             {(strength, size) for strength in (0.05, 0.1, 0.2, 0.4) for size in (8, 12)})
            for row in rows:
                self.assertGreater(float(row["heat_current"]), 0.0)
            numbers = blocks("Reading the numbers", "python")
            done = subprocess.run([sys.executable, "-c", "import matplotlib; matplotlib.use('agg')\n" + "\n".join(numbers)], cwd=folder,
                                  check=True, timeout=120, capture_output=True, text=True,
                                  env={**os.environ, "PYTHONPATH": str(SOURCE / "tools/python")})
            self.assertIn(re.search(r"window_mean.*# (\S+),", numbers[1])[1][:6], done.stdout)
            self.assertTrue((folder / "early.png").exists())


if __name__ == "__main__":
    unittest.main()
