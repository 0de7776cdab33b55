"""The job scripts that users copy, scaled down, on a SLURM cluster of two nodes of their own."""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy as np

from cluster import NODES, Cluster, log_of

PROGRAM = pathlib.Path(os.environ["RMTHEAT_PROGRAM"])
JOBS = pathlib.Path(os.environ["RMTHEAT_JOBS"])
TIMEOUT = 600

LAUNCHERS = {"srun": "launch=(srun --mpi=pmix)", "mpirun": "launch=(mpirun)"}

# Systems so small that a realization takes milliseconds.
SMALL = ["--system1.size=4", "--system2.size=3", "--time.end=4", "--time.steps=20"]
TWO_TASKS = ["--ntasks=2", "--mem-per-cpu=100M"]
# The same of both nodes.
ONE_ON_EACH = ["--nodes=2", "--ntasks-per-node=1", *TWO_TASKS]
TWO_ON_EACH = ["--nodes=2", "--ntasks-per-node=2", "--ntasks=4", "--mem-per-cpu=100M"]

# In the place of the program: says where each rank is.
TELLING = """#!/bin/sh
echo "rank $PMIX_RANK on $SLURMD_NODENAME" >&2
exec {program} "$@"
"""

# So many realizations that a signal comes between two of them on a fast machine too, and checkpoints
# so often that the test sees how far they are.
REALIZATIONS = 500
INTERRUPTIBLE = ["--system1.size=12", "--system2.size=12", "--time.steps=20",
                 f"--ensemble.realizations={REALIZATIONS}",
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
        contexts = contextlib.ExitStack()
        cls.addClassCleanup(contexts.close)
        cls.cluster = contexts.enter_context(Cluster())
        cls.of_all_tests = pathlib.Path(
            contexts.enter_context(tempfile.TemporaryDirectory(prefix="rmtheat-slurm-")))

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="rmtheat-slurm-")
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def copy_of_jobs(self, launcher="srun", programs=PROGRAM.parent):
        """The scripts as a user has them: only those lines of site.sh are changed that a user changes."""
        jobs = self.directory / launcher
        shutil.copytree(JOBS, jobs)
        text = (jobs / "site.sh").read_text(encoding="utf-8")
        for pattern, line in ((r"^module load .*$", f'PATH="{programs}:$PATH"'),
                              (r"^launch=.*$", LAUNCHERS[launcher]),
                              # mpirun sleeps as long, twice, when ranks end one after the other.
                              (r"(?<=^export OMPI_MCA_odls_base_sigkill_timeout=)30$", "2")):
            text, count = re.subn(pattern, lambda _, line=line: line, text, flags=re.MULTILINE)
            self.assertEqual(count, 1, pattern)
        (jobs / "site.sh").write_text(text, encoding="utf-8")
        return jobs

    def start(self, *arguments):
        """The program itself on two ranks, without SLURM."""
        done = subprocess.run([os.environ["RMTHEAT_MPIEXEC"], "-np", "2", PROGRAM, *arguments],
                              cwd=self.directory, capture_output=True, text=True, timeout=TIMEOUT,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def undisturbed(self):
        """The file of an interruptible job of long.sbatch that nothing happened to."""
        path = self.of_all_tests / "undisturbed.h5"
        if not path.exists():
            self.start("run", "--config", JOBS / "long/long.ini", *INTERRUPTIBLE, f"--output.file={path}")
        return path

    def submit_and_wait(self, script, *arguments, options=TWO_TASKS):
        return self.cluster.wait(self.cluster.submit(script, *arguments, options=options))

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
        paper = self.copy_of_jobs() / "paper_n10"
        [job] = self.submit_and_wait(paper / "paper_n10.sbatch", *SMALL,
                                     "--ensemble.realizations=4")
        for ini in paper.glob("*.ini"):
            self.assertEqual(finished(ini.with_suffix(".h5")), 4, ini)
        self.assertIn("finite_n: predictions for the levels used", log_of(job).read_text(encoding="utf-8"))

    def test_one_node(self):
        script = self.copy_of_jobs() / "node_n50/node_n50.sbatch"
        self.submit_and_wait(script, *SMALL, "--ensemble.realizations=5")
        path = script.with_suffix(".h5")
        self.assertEqual((status(path), finished(path)), ("complete", 5))

    def test_groups_of_ranks_within_each_of_two_nodes(self):
        telling = self.directory / "bin"
        telling.mkdir()
        (telling / "rmtheat").write_text(TELLING.format(program=PROGRAM), encoding="utf-8")
        (telling / "rmtheat").chmod(0o755)
        job = [*SMALL, "--ensemble.realizations=3"]
        scripts = [self.copy_of_jobs(launcher, telling) / "nodes_n100/nodes_n100.sbatch"
                   for launcher in LAUNCHERS]
        numbers = [self.cluster.submit(script, *job, "--solver.ranks_per_group=2", options=TWO_ON_EACH)
                   for script in scripts]
        alone = self.directory / "alone.h5"
        self.start("run", "--config", scripts[0].with_suffix(".ini"), *job,
                   "--solver.ranks_per_group=1", f"--output.file={alone}")
        for script, number in zip(scripts, numbers):
            [task] = self.cluster.wait(number)
            told = log_of(task).read_text(encoding="utf-8")
            self.assertEqual(sorted(re.findall(r"^rank (\d) on (\w+)$", told, re.MULTILINE)),
                             [("0", "node1"), ("1", "node1"), ("2", "node2"), ("3", "node2")])
            self.assertIn("4 ranks: 2 groups of 2 ranks", told)
            path = script.with_suffix(".h5")
            self.assertEqual((status(path), finished(path)), ("complete", 3))
            with h5py.File(path) as file:
                self.assertEqual(file.attrs["ranks"], 4)
            expected = samples(alone)
            for name, values in samples(path).items():
                np.testing.assert_allclose(values, expected[name], rtol=0.0, atol=1e-10, err_msg=name)

    def test_lanczos(self):
        script = self.copy_of_jobs() / "lanczos_n1000/lanczos_n1000.sbatch"
        self.submit_and_wait(script, "--system1.size=30", "--system2.size=30",
                             "--ensemble.realizations=3")
        path = script.with_suffix(".h5")
        self.assertEqual((status(path), finished(path)), ("complete", 3))

    def test_scan_as_an_array_and_dependent_merge(self):
        scan = self.copy_of_jobs() / "scan"
        job = [*SMALL, "--ensemble.realizations=3", "--scan.coupling.strength=0.05, 0.3", "--scan.ensemble.seed=1, 2"]
        array = self.cluster.submit(scan / "scan.sbatch", *job, options=["--array=0-3", *TWO_TASKS])
        merge = self.cluster.submit(scan / "merge.sbatch", options=[f"--dependency=afterok:{array}"])
        tasks = self.cluster.wait(array)
        self.assertEqual(len(tasks), 4)
        self.assertEqual({task["NodeList"] for task in tasks}, set(NODES))
        self.cluster.wait(merge)
        self.start("run", "--config", scan / "scan.ini", *job, f"--output.file={self.directory / 'alone'}")
        names = [f"strength={strength}_seed={seed}.h5" for strength in ("0.05", "0.3") for seed in (1, 2)]
        self.assertEqual(sorted(path.name for path in (scan / "results").glob("*.h5")), sorted(names))
        for name in names:
            self.expect_identical(scan / "results" / name, self.directory / "alone" / name)
        for strength in ("0.05", "0.3"):
            parts = [samples(self.directory / f"alone/strength={strength}_seed={seed}.h5") for seed in (1, 2)]
            for name, values in samples(scan / f"strength={strength}.h5").items():
                np.testing.assert_array_equal(values, np.concatenate([part[name] for part in parts]), name)
        # Tasks that failed, submitted again alone, as a list too, do their own points.
        for again in ("2", "1,3"):
            lost = [scan / "results" / names[int(task)] for task in again.split(",")]
            for path in lost:
                path.unlink()
            for task in self.submit_and_wait(scan / "scan.sbatch", *job, options=[f"--array={again}", *TWO_TASKS]):
                told = log_of(task).read_text(encoding="utf-8")
                self.assertIn("of the SLURM array 0-3, submitted again: 1 point of 4, 0 complete", told)
            self.assertTrue(all(path.exists() for path in lost))

    def test_array_of_a_study_and_its_report(self):
        studies = self.copy_of_jobs() / "study"
        shutil.copytree(JOBS.parent / "tools", self.directory / "tools")
        (studies / "plateau/study.toml").write_text(
            'title = "Plateau"\nname = "lambda_{strength}"\n[[full]]\n"coupling.strength" = [0.3, 0.6]\n'
            '"system.size" = 4\n"time.steps" = 20\n"ensemble.realizations" = 12\n', encoding="utf-8")
        only = ["--jobs", str(studies), "plateau"]
        array = self.cluster.submit(studies / "array.sbatch", *only, options=["--array=0-1", *TWO_TASKS])
        self.assertEqual(len(self.cluster.wait(array)), 2)
        results = sorted(studies.glob("out/plateau/*.h5"))
        self.assertEqual([(path.stem, finished(path)) for path in results],
                         [("lambda_0.3", 12), ("lambda_0.6", 12)])
        done = subprocess.run([self.directory / "tools/study", "--full", "--output", "out", *only], cwd=studies,
                              env={**os.environ, "RMTHEAT_PROGRAM": str(PROGRAM), "RMTHEAT_LAUNCHER": ""},
                              capture_output=True, text=True, timeout=TIMEOUT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("<table", (studies / "out/plateau.html").read_text(encoding="utf-8"))
        self.assertEqual((done.stdout + done.stderr).count(".h5: complete\n"), 2)

    def test_merge_does_not_start_after_a_failed_part(self):
        scan = self.copy_of_jobs() / "scan"
        array = self.cluster.submit(scan / "scan.sbatch", *SMALL, "--coupling.ensemble=none",
                                    options=["--array=0-1", *TWO_TASKS])
        merge = self.cluster.submit(
            scan / "merge.sbatch",
            options=[f"--dependency=afterok:{array}", "--kill-on-invalid-dep=yes"])
        self.cluster.wait(array, state="FAILED")
        self.cluster.wait(merge, state="CANCELLED")

    def test_signalled_run_requeues_itself_and_ends_complete(self):
        scripts = [self.copy_of_jobs(launcher) / "long/long.sbatch" for launcher in LAUNCHERS]
        jobs = [self.cluster.submit(script, *INTERRUPTIBLE, options=TWO_TASKS)
                for script in scripts]
        for script, job in zip(scripts, jobs):
            self.wait_for_some(script.with_suffix(".h5"))
            self.cluster.run("scancel", "--batch", "--signal=USR1", job)
        undisturbed = self.undisturbed()
        for script, job in zip(scripts, jobs):
            [task] = self.cluster.wait(job)
            self.assertEqual(task["Restarts"], "1", log_of(task))
            path = script.with_suffix(".h5")
            self.assertEqual(status(path), "complete")
            self.expect_identical(path, undisturbed)

    def test_jobs_of_a_node_that_goes_down_are_queued_again_and_end_complete(self):
        if not self.cluster.has_hosts:
            self.skipTest("unshare(1) is not there, or not allowed here")
        scripts = [self.copy_of_jobs(launcher) / "long/long.sbatch" for launcher in LAUNCHERS]
        here, both = [self.cluster.submit(script, *INTERRUPTIBLE, options=options)
                      for script, options in zip(scripts, (["--nodes=1", *TWO_TASKS], ONE_ON_EACH))]
        for script in scripts:
            self.wait_for_some(script.with_suffix(".h5"))
        self.assertEqual([self.cluster.jobs(job)[0]["NodeList"] for job in (here, both)],
                         [NODES[0], "node[1-2]"])
        self.cluster.end_node(NODES[0])
        least = [finished(script.with_suffix(".h5")) for script in scripts]
        self.cluster.wait_until(lambda: self.cluster.jobs(here)[0]["NodeList"] == NODES[1],
                                f"job {here} to run on the other node")
        self.assertEqual(self.cluster.jobs(both)[0]["JobState"], "PENDING")
        self.cluster.start_node(NODES[0])
        undisturbed = self.undisturbed()
        for script, job, kept in zip(scripts, (here, both), least):
            [task] = self.cluster.wait(job)
            self.assertEqual(task["Restarts"], "1", log_of(task))
            told = re.findall(r", (\d+) to do", log_of(task).read_text(encoding="utf-8"))
            self.assertEqual(told, [str(REALIZATIONS), str(REALIZATIONS - kept)])
            self.assertEqual(status(script.with_suffix(".h5")), "complete")
            self.expect_identical(script.with_suffix(".h5"), undisturbed)

    def test_cancelled_run_leaves_what_was_done(self):
        scripts = [self.copy_of_jobs(launcher) / "node_n50/node_n50.sbatch"
                   for launcher in LAUNCHERS]
        jobs = [self.cluster.submit(script, *INTERRUPTIBLE, options=TWO_TASKS)
                for script in scripts]
        paths = [script.with_suffix(".h5") for script in scripts]
        before = []
        for path, job in zip(paths, jobs):  # none is waited for while another computes on
            self.wait_for_some(path)
            before.append(finished(path))
            self.cluster.run("scancel", job)
        for path, job, least in zip(paths, jobs, before):
            self.cluster.wait(job, state="CANCELLED")
            self.assertEqual(status(path), "partial")
            self.assertGreaterEqual(finished(path), least)
            self.assertLess(finished(path), REALIZATIONS)
        self.submit_and_wait(scripts[0], *INTERRUPTIBLE)
        self.assertEqual((status(paths[0]), finished(paths[0])), ("complete", REALIZATIONS))


if __name__ == "__main__":
    unittest.main()
