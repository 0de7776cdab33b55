"""The job scripts that users copy, scaled down, on a SLURM cluster of their own."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy as np

from cluster import Cluster, log_of

PROGRAM = pathlib.Path(os.environ["RMTHEAT_PROGRAM"])
JOBS = pathlib.Path(os.environ["RMTHEAT_JOBS"])
TIMEOUT = 60

LAUNCHERS = {"srun": "launch=(srun --mpi=pmix)", "mpirun": "launch=(mpirun)"}

# Systems so small that a realization takes milliseconds.
SMALL = ["--system1.size=4", "--system2.size=3", "--time.end=4", "--time.steps=20"]
TWO_TASKS = ["--ntasks=2", "--mem-per-cpu=100M"]

# Realizations that take long enough for a signal to come between two of them, and checkpoints so
# often that the test sees how far they are.
REALIZATIONS = 300
INTERRUPTIBLE = ["--system1.size=12", "--system2.size=12", f"--ensemble.realizations={REALIZATIONS}",
                 "--output.checkpoint_interval=0.2"]


def samples(path):
    """Every observable of every realization; all of them must be done."""
    with h5py.File(path) as file:
        group = file["ensemble/observables"]
        return {name: group[name]["samples"][...] for name in group}


def status(path):
    with h5py.File(path) as file:
        return file.attrs["status"]


def finished(path):
    """How many realizations the file holds; 0 before there is one."""
    if not path.exists():
        return 0
    with h5py.File(path) as file:
        return int(np.count_nonzero(file["ensemble/done"]))


class JobScripts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(Cluster())

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="rmtheat-slurm-")
        self.addCleanup(directory.cleanup)
        self.jobs = pathlib.Path(directory.name) / "jobs"
        shutil.copytree(JOBS, self.jobs)
        self.configure_site("srun")

    def configure_site(self, launcher):
        """Changes those lines of site.sh that a user changes, and no others."""
        text = (JOBS / "site.sh").read_text(encoding="utf-8")
        for pattern, line in ((r"^module load .*$", f'PATH="{PROGRAM.parent}:$PATH"'),
                              (r"^launch=.*$", LAUNCHERS[launcher])):
            text, count = re.subn(pattern, lambda _, line=line: line, text, flags=re.MULTILINE)
            self.assertEqual(count, 1, pattern)
        (self.jobs / "site.sh").write_text(text, encoding="utf-8")

    def start(self, *arguments):
        """The program itself on two ranks, without SLURM."""
        done = subprocess.run([os.environ["RMTHEAT_MPIEXEC"], "-np", "2", PROGRAM, *arguments],
                              cwd=self.jobs, capture_output=True, text=True, timeout=TIMEOUT,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def submit_and_wait(self, script, *arguments, options=TWO_TASKS):
        return self.cluster.wait(self.cluster.submit(self.jobs / script, *arguments,
                                                     options=options))

    def wait_for_some(self, path):
        """Until a checkpoint holds some realizations, but by far not all."""
        self.cluster.wait_until(lambda: finished(path) > 0, f"a checkpoint in {path}")
        self.assertLess(finished(path), REALIZATIONS // 2)

    def expect_identical(self, left, right):
        first, second = samples(left), samples(right)
        self.assertEqual(first.keys(), second.keys())
        for name, values in first.items():
            np.testing.assert_array_equal(values, second[name], name)

    def test_ensembles_of_one_directory(self):
        [job] = self.submit_and_wait("paper_n10/paper_n10.sbatch", *SMALL,
                                     "--ensemble.realizations=4")
        for ini in (self.jobs / "paper_n10").glob("*.ini"):
            self.assertEqual(finished(ini.with_suffix(".h5")), 4, ini)
        self.assertIn("finite_n/lo: beta1", log_of(job).read_text(encoding="utf-8"))

    def test_one_node(self):
        self.submit_and_wait("node_n50/node_n50.sbatch", *SMALL, "--ensemble.realizations=5")
        path = self.jobs / "node_n50/node_n50.h5"
        self.assertEqual((status(path), finished(path)), ("complete", 5))

    def test_groups_of_ranks_started_by_mpirun(self):
        self.configure_site("mpirun")
        self.submit_and_wait("nodes_n100/nodes_n100.sbatch", *SMALL, "--ensemble.realizations=3",
                             "--solver.ranks_per_group=2",
                             options=["--nodes=1", "--ntasks-per-node=2", *TWO_TASKS])
        path = self.jobs / "nodes_n100/nodes_n100.h5"
        self.assertEqual((status(path), finished(path)), ("complete", 3))
        with h5py.File(path) as file:
            self.assertEqual(file.attrs["ranks"], 2)

    def test_lanczos(self):
        self.submit_and_wait("lanczos_n1000/lanczos_n1000.sbatch", *SMALL, "--system1.size=20",
                             "--ensemble.realizations=3")
        path = self.jobs / "lanczos_n1000/lanczos_n1000.h5"
        self.assertEqual((status(path), finished(path)), ("complete", 3))

    def test_array_and_dependent_merge(self):
        (self.jobs / "sweep/sweep.sh").write_text(
            "strengths=(0.05 0.3)\nparts=2\nrealizations=6\n", encoding="utf-8")
        array = self.cluster.submit(self.jobs / "sweep/sweep.sbatch", *SMALL,
                                    options=["--array=0-3", *TWO_TASKS])
        merge = self.cluster.submit(self.jobs / "sweep/merge.sbatch",
                                    options=[f"--dependency=afterok:{array}"])
        self.assertEqual(len(self.cluster.wait(array)), 4)
        self.cluster.wait(merge)
        for strength in ("0.05", "0.3"):
            whole = self.jobs / f"whole_{strength}.h5"
            self.start("run", "--config", "sweep/sweep.ini", *SMALL, "--ensemble.realizations=6",
                       f"--coupling.strength={strength}", f"--output.file={whole}")
            self.expect_identical(self.jobs / f"sweep/strength_{strength}.h5", whole)

    def test_merge_does_not_start_after_a_failed_part(self):
        array = self.cluster.submit(self.jobs / "sweep/sweep.sbatch", *SMALL, "--time.end=-1",
                                    options=["--array=0-1", *TWO_TASKS])
        merge = self.cluster.submit(
            self.jobs / "sweep/merge.sbatch",
            options=[f"--dependency=afterok:{array}", "--kill-on-invalid-dep=yes"])
        self.cluster.wait(array, state="FAILED")
        self.cluster.wait(merge, state="CANCELLED")

    def test_signalled_run_requeues_itself_and_ends_complete(self):
        undisturbed = self.jobs / "undisturbed.h5"
        self.start("run", "--config", "long/long.ini", *INTERRUPTIBLE,
                   f"--output.file={undisturbed}")
        for launcher in LAUNCHERS:
            with self.subTest(launcher):
                self.configure_site(launcher)
                path = self.jobs / f"long/{launcher}.h5"
                job = self.cluster.submit(self.jobs / "long/long.sbatch", *INTERRUPTIBLE,
                                          f"--output.file={path}", options=TWO_TASKS)
                self.wait_for_some(path)
                self.cluster.run("scancel", "--batch", "--signal=USR1", job)
                [task] = self.cluster.wait(job)
                self.assertEqual(task["Restarts"], "1")
                self.assertEqual(status(path), "complete")
                self.expect_identical(path, undisturbed)

    def test_cancelled_run_leaves_what_was_done(self):
        for launcher in LAUNCHERS:
            with self.subTest(launcher):
                self.configure_site(launcher)
                path = self.jobs / f"node_n50/{launcher}.h5"
                arguments = [*INTERRUPTIBLE, f"--output.file={path}"]
                script = self.jobs / "node_n50/node_n50.sbatch"
                job = self.cluster.submit(script, *arguments, options=TWO_TASKS)
                self.wait_for_some(path)
                before = finished(path)
                self.cluster.run("scancel", job)
                self.cluster.wait(job, state="CANCELLED")
                self.assertEqual(status(path), "partial")
                self.assertGreaterEqual(finished(path), before)
                self.assertLess(finished(path), REALIZATIONS)
                self.submit_and_wait("node_n50/node_n50.sbatch", *arguments)
                self.assertEqual((status(path), finished(path)), ("complete", REALIZATIONS))


if __name__ == "__main__":
    unittest.main()
