"""What the scripts in jobs/ start, with a launcher that only tells; tests/slurm has them on a real SLURM."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])


class Scripts(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="rmtheat-scripts-")
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)
        shutil.copytree(SOURCE / "jobs", self.folder / "jobs")
        (self.folder / "bin").mkdir()
        for launcher in ("srun", "mpirun"):
            path = self.folder / "bin" / launcher
            path.write_text(f'#!/bin/sh\necho {launcher} "$@" OMP_NUM_THREADS=$OMP_NUM_THREADS\n')
            path.chmod(0o755)
        self.change("site.sh", r"^module load .*$", "")

    def change(self, name, pattern, line):
        path = self.folder / "jobs" / name
        text, count = re.subn(pattern, line, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        self.assertEqual(count, 1, pattern)
        path.write_text(text, encoding="utf-8")

    def told(self, script, **variables):
        path = self.folder / "jobs" / script
        return subprocess.run(["bash", path.name], cwd=path.parent, capture_output=True, text=True, timeout=60, check=True,
                              env={**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", **variables}).stdout

    def test_parts_of_a_sweep_are_the_whole_ensemble(self):
        self.change("sweep/sweep.sh", r"^realizations=.*$", "realizations=403")
        done = {}
        for task in range(20):
            line = self.told("sweep/sweep.sbatch", SLURM_ARRAY_TASK_ID=str(task))
            strength, first, count, file = re.search(
                r"strength=(\S+) --ensemble.first=(\d+) --ensemble.realizations=(\d+) --output.file=(\S+)", line).groups()
            done.setdefault(strength, []).extend(range(int(first), int(first) + int(count)))
            self.assertTrue(file.startswith(f"part_{strength}_"))
        self.assertEqual(len(done), 5)
        for strength, indices in done.items():
            self.assertEqual(sorted(indices), list(range(403)), strength)

    def test_threads_of_a_hybrid_job(self):
        line = self.told("hybrid_n100/hybrid_n100.sbatch", SLURM_CPUS_PER_TASK="6")
        self.assertRegex(line, r"^srun .*--cpus-per-task=6 --cpu-bind=cores rmtheat run .*--solver.threads=6 OMP_NUM_THREADS=6")
        self.change("site.sh", r"^launch=.*$", "launch=(mpirun)")
        line = self.told("hybrid_n100/hybrid_n100.sbatch", SLURM_CPUS_PER_TASK="6")
        self.assertRegex(line, r"^mpirun --map-by slot:PE=6 --bind-to core rmtheat run .*--solver.threads=6 OMP_NUM_THREADS=6")


if __name__ == "__main__":
    unittest.main()
