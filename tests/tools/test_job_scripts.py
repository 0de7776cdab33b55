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

    def test_a_scan_is_one_job_for_every_task(self):
        line = self.told("scan/scan.sbatch", SLURM_ARRAY_TASK_ID="7")
        self.assertRegex(line, r"^srun .*rmtheat run --config scan.ini OMP")
        results = self.folder / "jobs/scan/results"
        results.mkdir()
        for strength in ("0.02", "0.4"):
            for seed in range(1, 5):
                (results / f"strength={strength}_seed={seed}.h5").touch()
        (self.folder / "bin/rmtheat").write_text('#!/bin/sh\necho rmtheat "$@"\n')
        (self.folder / "bin/rmtheat").chmod(0o755)
        told = self.told("scan/merge.sbatch").splitlines()
        for line, strength in zip(told, ("0.02", "0.4")):
            parts = " ".join(f"results/strength={strength}_seed={seed}.h5" for seed in range(1, 5))
            self.assertEqual(line, f"rmtheat merge --pool {parts} --output strength={strength}.h5")
        self.assertEqual(len(told), 3)

    def test_threads_of_a_hybrid_job(self):
        line = self.told("hybrid_n100/hybrid_n100.sbatch", SLURM_CPUS_PER_TASK="6")
        self.assertRegex(line, r"^srun .*--cpus-per-task=6 --cpu-bind=cores rmtheat run .*--solver.threads=6 OMP_NUM_THREADS=6")
        self.change("site.sh", r"^launch=.*$", "launch=(mpirun)")
        line = self.told("hybrid_n100/hybrid_n100.sbatch", SLURM_CPUS_PER_TASK="6")
        self.assertRegex(line, r"^mpirun --map-by slot:PE=6 --bind-to core rmtheat run .*--solver.threads=6 OMP_NUM_THREADS=6")


if __name__ == "__main__":
    unittest.main()
