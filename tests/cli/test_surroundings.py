"""What surrounds a job: streams that fail, limits, launchers, and what lies where its file goes."""

import os
import subprocess
import unittest

import numpy as np

from program import PROGRAM, ProgramTest, TIMEOUT, Outcome, small_with
from results import datasets


class Streams(ProgramTest):
    def shell(self, script, *arguments):
        done = subprocess.run(["bash", "-c", script, "bash", PROGRAM, *arguments],
                              cwd=self.directory, capture_output=True, text=True, timeout=TIMEOUT,
                              check=False)
        return Outcome(done.returncode, done.stdout, done.stderr)

    def test_messages_that_cannot_be_written(self):
        self.run_small("--output.file=quiet.h5")
        for redirection in ("2>&-", "2>/dev/full", ">&- 2>&-"):
            with self.subTest(redirection):
                outcome = self.shell(f'exec "$@" {redirection}', "run", *small_with())
                self.assertEqual(outcome.status, 0)
                np.testing.assert_equal(datasets(self.path("results.h5")),
                                        datasets(self.path("quiet.h5")))
                refused = self.shell(f'exec "$@" {redirection}', "run", "--time.end=-1")
                self.assertEqual(refused.status, 2)
                os.remove(self.path("results.h5"))

    def test_results_that_cannot_be_written(self):
        self.run_small()
        for redirection in (">/dev/full", ">&-"):
            for arguments in (["compare", "results.h5", "--json"], ["info", "results.h5"],
                              ["run", "--dry-run", *small_with()], ["--help"]):
                with self.subTest(redirection, verb=arguments[0]):
                    outcome = self.shell(f'exec "$@" {redirection}', *arguments)
                    self.assertEqual(outcome.status, 3, outcome.messages)
                    self.assertEqual(len(outcome.sentences()), 1, outcome.messages)
                    self.assertIn("Standard output cannot be written", outcome.sentences()[0])

    def test_a_reader_that_has_gone(self):
        outcome = self.shell('set -o pipefail; (sleep 0.5; exec "$@") | true', "--help")
        self.assertEqual(outcome.status, 3, outcome.messages)
        self.assertIn("Standard output", outcome.sentences()[0])

    def test_limit_of_the_file_size(self):
        # Fewer blocks than the results take, and than the MPI library writes.
        outcome = self.shell('ulimit -f 8; exec "$@"', "predict", *small_with("--time.steps=2000"))
        self.assertEqual(outcome.status, 3, outcome.messages)
        self.assertIn("File too large", outcome.sentences()[0])
        self.assertEqual(self.files(), [])

    def test_too_little_address_space(self):
        for threads in (1, 2):
            outcome = self.shell(f'ulimit -v 400000; OPENBLAS_NUM_THREADS={threads} exec "$@"',
                                 "run", *small_with())
            self.assertEqual(outcome.status, 2, outcome.messages)
            self.assertIn("ulimit -v", outcome.sentences()[0])
            self.assertEqual(self.files(), [])


class Places(ProgramTest):
    def test_nothing_beside_a_results_file_is_written_through(self):
        self.run_small("--output.file=a.h5")
        with open(self.path("victim"), "w", encoding="ascii") as victim:
            victim.write("precious")
        done = subprocess.run(
            ["bash", "-c", 'ln -s victim m.h5.tmp-$$; exec "$0" merge a.h5 --output=m.h5', PROGRAM],
            cwd=self.directory, capture_output=True, text=True, timeout=TIMEOUT, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.path("victim"), encoding="ascii") as victim:
            self.assertEqual(victim.read(), "precious")

    def test_a_dangling_link_is_replaced(self):
        os.symlink("elsewhere.h5", self.path("results.h5"))
        self.run_small()
        self.assertEqual(self.files(), ["results.h5"])
        self.assertFalse(os.path.islink(self.path("results.h5")))

    def test_a_finished_file_is_left_as_it_is(self):
        for samples in ("true", "false"):
            for ranks in (None, 2):
                with self.subTest(samples=samples, ranks=ranks):
                    self.clear()
                    arguments = small_with(f"--output.samples={samples}")
                    self.run_small(*arguments)
                    before = os.stat(self.path("results.h5"))
                    again = self.start("run", *arguments, ranks=ranks)
                    self.assertEqual(again.status, 0, again.messages)
                    self.assertIn("results.h5: complete, 6 realizations", again.messages)
                    after = os.stat(self.path("results.h5"))
                    self.assertEqual((after.st_ino, after.st_mtime_ns),
                                     (before.st_ino, before.st_mtime_ns))
                    self.assertEqual(self.files(), ["results.h5"])

    def test_tasks_that_mpi_does_not_know_of(self):
        for name in ("SLURM_STEP_NUM_TASKS", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE"):
            with self.subTest(name):
                outcome = self.start("run", *small_with(), environment={name: "4"})
                self.assertEqual(outcome.status, 2, outcome.messages)
                self.assertIn(f"{name} = 4", outcome.sentences()[0])
                self.assertEqual(self.files(), [])
        # A batch script's own variable, and steps that are what MPI knows.
        for environment, ranks in (({"SLURM_NTASKS": "4"}, None),
                                   ({"SLURM_STEP_NUM_TASKS": "1"}, None),
                                   ({"SLURM_STEP_NUM_TASKS": "4"}, 1),
                                   ({"SLURM_STEP_NUM_TASKS": "2"}, 2)):
            outcome = self.start("run", *small_with(), ranks=ranks, environment=environment)
            self.assertEqual(outcome.status, 0, outcome.messages)


if __name__ == "__main__":
    unittest.main()
