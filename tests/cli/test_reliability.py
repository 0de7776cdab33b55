"""Interrupted, killed, limited and competing jobs: what is promised in docs/reliability.md."""

import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import time
import unittest

import h5py
import numpy as np

from background import BackgroundTest
from program import MPIEXEC, PROGRAM, ProgramTest, TIMEOUT, Outcome, command, small_with
from ranks import ranks_under
from results import datasets, done_in

LEAK_CHECK = os.environ["RMTHEAT_LEAK_CHECK"]

LAUNCHER = subprocess.run(
    [MPIEXEC, "--version"], capture_output=True, text=True, check=False).stdout
# Open MPI 4 gives its ranks a second to end.
LAUNCHER_WAITS = re.search(r"(Open MPI|OpenRTE)\) 4", LAUNCHER) is not None
# MPICH's ranks wait by computing; its launcher, which a signal was sent to, may return 0 for ranks
# that did not: docs/reliability.md.
MPICH = "HYDRA" in LAUNCHER

# About a second, with every sample on the disk as soon as it is there.
SECOND = ["--system1.size=10", "--system2.size=10", "--ensemble.realizations=200",
          "--output.checkpoint_interval=0"]
# The same where nobody waits for a checkpoint.
UNWATCHED = [*SECOND, "--output.checkpoint_interval=60"]
# One diagonalization of many seconds.
LONG = ["--system1.size=48", "--system2.size=48", "--ensemble.realizations=1"]
# More than any test waits for.
ENDLESS = [*SECOND, "--system1.size=16", "--system2.size=16", "--ensemble.realizations=3000"]


class InterruptedTest(BackgroundTest):
    def expect_interrupted(self, outcome, launched=False):
        allowed = (75, 0) if launched and MPICH else (75,)
        self.assertIn(outcome.status, allowed, outcome.messages)
        self.assertIn("start the same job again", outcome.messages)
        self.assertEqual(outcome.sentences(), [])
        self.assertEqual(self.files(), ["results.h5"])
        done, complete = done_in(self.path("results.h5"))
        self.assertFalse(complete)
        return done

    def expect_bitwise(self, name, reference):
        first = datasets(self.path(name))
        second = datasets(self.path(reference))
        self.assertEqual(first.keys(), second.keys())
        for dataset, values in first.items():
            np.testing.assert_array_equal(values, second[dataset], dataset)


class Interruptions(InterruptedTest):
    def test_signals_to_a_job_of_one_process(self):
        for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT, signal.SIGHUP):
            with self.subTest(number.name):
                self.clear()
                process = self.launch(SECOND)
                self.wait_for("results.h5", process)
                process.send_signal(number)
                outcome = self.outcome_of(process)
                done = self.expect_interrupted(outcome)
                self.assertIn(number.name, outcome.messages)
                self.assertEqual(outcome.checkpoints()[-1], done)
        again = self.start("run", *small_with(*UNWATCHED))
        self.assertEqual(again.status, 0, again.messages)
        self.assertIn(f"{200 - done} to do", again.messages)
        self.start("run", *small_with(*UNWATCHED, "--output.file=undisturbed.h5"))
        self.expect_bitwise("results.h5", "undisturbed.h5")

    # mpirun passes SIGUSR1 on to all ranks.
    def test_signal_to_mpirun(self):
        grouped = ["--solver.ranks_per_group=2", "--ensemble.realizations=100"]  # slower ones
        for ranks, extra in ((2, []), (4, grouped)):
            with self.subTest(ranks):
                self.clear()
                process = self.launch(SECOND, *extra, ranks=ranks)
                self.wait_for("results.h5", process)
                process.send_signal(signal.SIGUSR1)
                self.expect_interrupted(self.outcome_of(process), launched=True)
                again = self.start("run", *small_with(*UNWATCHED, *extra), ranks=ranks)
                self.assertEqual(again.status, 0, again.messages)
                self.start("run", *small_with(*UNWATCHED, *extra, "--output.file=undisturbed.h5"),
                           ranks=ranks)
                self.expect_bitwise("results.h5", "undisturbed.h5")

    def test_signal_to_one_rank_other_than_the_root(self):
        process = self.launch(ENDLESS, ranks=3)
        self.wait_for("results.h5", process)
        os.kill(ranks_under(process.pid, PROGRAM)[-1], signal.SIGTERM)
        outcome = self.outcome_of(process)
        self.expect_interrupted(outcome)
        self.assertRegex(outcome.messages, "SIGTERM on rank [12]")

    # mpirun itself ends with status 1 and kills the ranks after a second: the checkpoint is there.
    @unittest.skipUnless(LAUNCHER_WAITS, "this launcher kills its ranks at once: docs/reliability.md")
    def test_sigterm_to_mpirun_keeps_what_is_done(self):
        process = self.launch(ENDLESS, "--output.checkpoint_interval=1000", ranks=2,
                              environment={"OMPI_MCA_odls_base_sigkill_timeout": "3"})
        time.sleep(4.0)
        process.terminate()
        outcome = self.outcome_of(process)
        self.assertNotEqual(outcome.status, 0)
        done, complete = done_in(self.path("results.h5"))
        self.assertFalse(complete)
        self.assertGreater(done, 0)
        self.assertEqual(outcome.checkpoints()[-1], done)

    def test_a_long_diagonalization_does_not_delay_the_end(self):
        for ranks in (None, 2):
            with self.subTest(ranks=ranks):
                self.clear()
                grouped = [] if ranks is None else ["--solver.ranks_per_group=2"]
                process = self.launch(LONG, "--output.grace=0.5", *grouped, ranks=ranks)
                self.wait_for("results.h5.lock", process)
                time.sleep(1.5)
                self.assertIsNone(process.poll(), "the diagonalization was not long enough")
                begin = time.monotonic()
                process.send_signal(signal.SIGUSR1)
                outcome = self.outcome_of(process)
                self.assertLess(time.monotonic() - begin, 10.0)  # grace and a margin
                self.assertEqual(self.expect_interrupted(outcome, ranks is not None), 0)

    def test_time_limits(self):
        for limit, environment in (
                (["--time-limit=3"], {}), (["--time-limit", "0-00:00:03"], {}),
                (["--time-limit", "00:03"], {}),
                ([], {"SLURM_JOB_END_TIME": "{}"}),
                (["--time-limit=1000"], {"SLURM_JOB_END_TIME": "{}"})):
            with self.subTest(limit=limit, **environment):
                for seconds in (4, 16, 64):  # a busy machine may finish none in the first
                    self.clear()
                    end = int(time.time()) + seconds
                    begin = time.monotonic()
                    outcome = self.start(
                        "run", *small_with(*ENDLESS), *limit, ranks=2,
                        environment={name: value.format(end) for name, value in environment.items()})
                    # Without a limit: for ever.
                    self.assertLess(time.monotonic() - begin, 30.0 + seconds)
                    done = self.expect_interrupted(outcome)
                    if done > 0:
                        break
                self.assertGreater(done, 0)
                self.assertIn("time limit", outcome.messages)

    def test_a_limit_that_is_none(self):
        for limit in ("soon", "0", "-5", "1:2:3", "00:61:00", "nan", "1-", "1:", ":30", "1-24",
                      "1-00:00:00:00", "-01:00", "1-+2", "UNLIMITED"):
            with self.subTest(limit):
                outcome = self.start("run", *small_with(), f"--time-limit={limit}")
                self.assertEqual(outcome.status, 2, outcome.messages)
                self.assertIn("--time-limit", outcome.sentences()[0])
                self.assertEqual(self.files(), [])

    # Polls between realizations take the place of the service thread.
    def test_mpi_without_communicating_threads(self):
        environment = {"LD_PRELOAD": LEAK_CHECK, "RMTHEAT_THREADS": "funneled"}
        process = self.launch(SECOND, ranks=2, environment=environment)
        self.wait_for("results.h5", process)
        process.send_signal(signal.SIGUSR1)
        self.expect_interrupted(self.outcome_of(process), launched=True)
        again = self.start("run", *small_with(*UNWATCHED), ranks=2, environment=environment)
        self.assertEqual(again.status, 0, again.messages)
        self.start("run", *small_with(*UNWATCHED, "--output.file=undisturbed.h5"), ranks=2)
        self.expect_bitwise("results.h5", "undisturbed.h5")

    def test_no_handles_are_left(self):
        for ranks, extra in ((1, []), (2, []), (4, ["--solver.ranks_per_group=4",
                                                    "--solver.grid_rows=2"])):
            with self.subTest(ranks=ranks):
                if MPICH and ranks > len(os.sched_getaffinity(0)):
                    self.skipTest("each rank of MPICH needs a core")
                outcome = self.start(
                    "run", *small_with(*SECOND, *extra, "--ensemble.realizations=8"), "--restart",
                    ranks=ranks, environment={"LD_PRELOAD": LEAK_CHECK})
                self.assertEqual(outcome.status, 0, outcome.messages)
                self.assertEqual(
                    outcome.messages.count("left over: 0 communicators, 0 HDF5 handles"), ranks,
                    outcome.messages)


class Checkpoints(InterruptedTest):
    """Realizations of a second or so each, in one process with one thread to compute."""

    SLOW = ["--system1.size=30", "--system2.size=30", "--solver.noise_reduction=none"]

    def started(self, *arguments):
        """A job that has said its first words, with which the checkpoint interval begins."""
        process = self.launch(self.SLOW, *arguments)
        self.assertIn("2 to do", process.stderr.readline())
        return process, time.monotonic()

    def seconds_per_realization(self):
        process, begin = self.started("--ensemble.realizations=2", "--output.file=trial.h5")
        for line in process.stderr:
            if line.startswith("2 of 2 realizations"):
                break
        seconds = (time.monotonic() - begin) / 2
        self.assertEqual(self.outcome_of(process).status, 0)
        os.remove(self.path("trial.h5"))
        return seconds

    def watch_first_checkpoint(self, interval):
        """When it is reported, and what the file then holds."""
        process, begin = self.started("--ensemble.realizations=2",
                                      f"--output.checkpoint_interval={interval}")
        for line in process.stderr:
            if "checkpoint" in line:
                passed = time.monotonic() - begin
                done = done_in(self.path("results.h5"))
                process.kill()
                return passed, done
        return None, None

    # The interval ends within the second realization. A program that wrote between realizations
    # alone would have both of them finished then.
    def test_written_while_the_root_diagonalizes(self):
        for _ in range(3):
            interval = 1.5 * self.seconds_per_realization()
            passed, done = self.watch_first_checkpoint(interval)
            if done == (1, False):
                self.assertLess(passed, interval + 2.0)  # writing
                return
        self.fail("no checkpoint was written during the second realization")


class Locks(InterruptedTest):
    @staticmethod
    def boot():
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()

    def lock(self, **holder):
        with open(self.path("results.h5.lock"), "w", encoding="ascii") as lock:
            json.dump({"host": socket.gethostname(), "boot": self.boot(),
                       "processes": os.readlink("/proc/self/ns/pid"),
                       "process": os.getpid(), "start": "1", "since": "2026-01-01T00:00:00Z", "job": "", "restart": "", **holder}, lock)

    def expect_locked(self, outcome, *fragments):
        self.assertEqual(outcome.status, 2, outcome.messages)
        for fragment in ("results.h5", *fragments):
            self.assertIn(fragment, outcome.sentences()[0])

    def test_a_second_job_on_the_same_file(self):
        process = self.launch(ENDLESS, ranks=2)
        self.wait_for("results.h5", process)
        self.expect_locked(self.start("run", *small_with(*ENDLESS), ranks=2), "another job",
                           socket.gethostname(), "results.h5.lock")
        self.expect_locked(self.start("predict", *small_with(*ENDLESS)), "another job")
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGUSR1)
        self.expect_interrupted(self.outcome_of(process), launched=True)

    def test_a_killed_job_leaves_no_obstacle(self):
        process = self.launch(SECOND)
        self.wait_for("results.h5", process)
        process.kill()
        process.wait()
        self.assertIn("results.h5.lock", self.files())
        others = ["results.h5.tmp-1", "results.h5.tmp-notes",
                  "results.h5.tmp-x.tmp-node-17-0123456789abcdef"]
        for name in ("results.h5.tmp-node-1.site-17-0123456789abcdef", *others):
            with open(self.path(name), "wb") as unfinished:
                unfinished.write(b"half a file")
        outcome = self.start("run", *small_with(*SECOND))
        self.assertEqual(outcome.status, 0, outcome.messages)
        self.assertEqual(self.files(), ["results.h5", *others])

    def test_process_number_of_another_process(self):
        self.lock()  # of this test's process, which started at another time
        self.run_small()
        self.assertEqual(self.files(), ["results.h5"])

    def test_another_host(self):
        self.lock(host="elsewhere", boot="another", process=1)
        self.expect_locked(self.start("run", *small_with()), "elsewhere", "process 1")
        old = time.time() - 700
        os.utime(self.path("results.h5.lock"), (old, old))
        self.run_small()

    def test_a_requeued_batch_job(self):
        self.lock(host="elsewhere", boot="another", job="17", restart="")
        for environment in ({"SLURM_JOB_ID": "18", "SLURM_RESTART_COUNT": "1"},
                            {"SLURM_JOB_ID": "17"}):
            self.expect_locked(self.start("run", *small_with(), environment=environment))
        outcome = self.start("run", *small_with(),
                             environment={"SLURM_JOB_ID": "17", "SLURM_RESTART_COUNT": "1"})
        self.assertEqual(outcome.status, 0, outcome.messages)

    def test_a_lock_without_a_holder(self):
        with open(self.path("results.h5.lock"), "w", encoding="ascii"):
            pass
        self.expect_locked(self.start("run", *small_with()))
        old = time.time() - 10
        os.utime(self.path("results.h5.lock"), (old, old))
        self.run_small()


class Files(ProgramTest):
    def expect_left_alone(self, content, *fragments):
        with open(self.path("results.h5"), "wb") as file:
            file.write(content)
        for arguments in (["run", *small_with()], ["merge", "results.h5", "--output", "all.h5"],
                          ["info", "results.h5"]):
            with self.subTest(arguments[0]):
                outcome = self.start(*arguments)
                self.assertEqual(outcome.status, 2, outcome.messages)
                self.assertEqual(len(outcome.sentences()), 1, outcome.messages)
                for fragment in ("results.h5", *fragments):
                    self.assertIn(fragment, outcome.sentences()[0])
                self.assertEqual(self.files(), ["results.h5"])
                with open(self.path("results.h5"), "rb") as file:
                    self.assertEqual(file.read(), content)

    def content(self):
        with open(self.path("results.h5"), "rb") as file:
            return file.read()

    def test_truncated(self):
        self.run_small()
        whole = self.content()
        for length in (0, 7, 96, len(whole) // 2, len(whole) - 35):
            with self.subTest(length):
                self.expect_left_alone(whole[:length])

    def test_foreign(self):
        with h5py.File(self.path("results.h5"), "w") as file:
            file["density"] = np.zeros(3)
        self.expect_left_alone(self.content(), "schema")

    def test_newer_schema(self):
        self.run_small()
        with h5py.File(self.path("results.h5"), "r+") as file:
            file.attrs.modify("schema_version", np.int64(99))
        self.expect_left_alone(self.content(), "schema version 99")

    def test_contradicting_its_own_options(self):
        self.run_small()
        with h5py.File(self.path("results.h5"), "r+") as file:
            file["time"][3] += 0.01
        self.expect_left_alone(self.content(), "changed since it was written (/time)", "--trust")
        for arguments in (["run", *small_with()], ["info", "results.h5"]):
            outcome = self.start(*arguments, "--trust")
            self.assertEqual(outcome.status, 2, outcome.messages)
            self.assertIn("contradicts itself: its times", outcome.sentences()[0])

    def test_without_a_covariance(self):
        self.run_small()
        with h5py.File(self.path("results.h5"), "r+") as file:
            del file["ensemble/covariance/heat_current"]
        outcome = self.start("compare", "results.h5", "--trust")
        self.assertEqual(outcome.status, 2, outcome.messages)
        self.assertIn("no covariance of heat_current", outcome.sentences()[0])

    def test_disk_full(self):
        self.run_small("--time.steps=200")
        before = self.content()
        limit = 12_000_000  # more than the MPI library writes, less than the results

        # Python ignores SIGXFSZ and so does what it starts like this: writing fails with EFBIG.
        done = subprocess.run(
            command("run", *small_with("--time.steps=200", "--ensemble.realizations=1200")),
            cwd=self.directory, capture_output=True, text=True, timeout=TIMEOUT, check=False,
            restore_signals=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        outcome = Outcome(done.returncode, done.stdout, done.stderr)
        self.assertEqual(outcome.status, 3, outcome.messages)
        self.assertEqual(len(outcome.sentences()), 1, outcome.messages)
        self.assertIn("results.h5", outcome.sentences()[0])
        self.assertEqual(self.files(), ["results.h5"])
        self.assertEqual(self.content(), before)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("mount"), "mounting needs root")
    def test_full_file_system(self):
        os.mkdir(self.path("small"))
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none",
                                  self.path("small")], check=False, capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("mounting is not allowed here")
        self.addCleanup(subprocess.run, ["umount", self.path("small")], check=True)
        outcome = self.start("run", *small_with("--output.file=small/r.h5"), ranks=2)
        self.assertEqual(outcome.status, 3, outcome.messages)
        self.assertIn("No space left", outcome.sentences()[0])
        self.assertEqual(os.listdir(self.path("small")), [])

    def test_unwritable_directory(self):
        outcome = self.start("run", *small_with("--output.file=/proc/results.h5"), ranks=2)
        self.assertEqual(outcome.status, 2, outcome.messages)
        self.assertEqual(len(outcome.sentences()), 1, outcome.messages)
        self.assertIn("/proc/results.h5", outcome.sentences()[0])


if __name__ == "__main__":
    unittest.main()
