"""What a job will take, before it is submitted; threads and eigensolvers by option."""

import re
import unittest

import h5py
import numpy as np

from program import ProgramTest, small_with

JOB = "[system1]\nsize = 50\n[system2]\nsize = 50\n[ensemble]\nrealizations = 8\n"


class Estimate(ProgramTest):
    def setUp(self):
        super().setUp()
        with open(self.path("job.ini"), "w", encoding="utf-8") as file:
            file.write(JOB)

    def estimate(self, *arguments):
        outcome = self.start("info", "--estimate", "job.ini", *arguments)
        self.assertEqual(outcome.status, 0, outcome.messages)
        return outcome.output

    def core_hours(self, *arguments):
        return float(re.search(r"([\d.e+-]+) core hours", self.estimate(*arguments)).group(1))

    def test_time_and_memory(self):
        output = self.estimate("--ranks=2", "--memory-per-rank=2")
        self.assertIn("D = 50 x 50 = 2500", output)
        self.assertIn("2 groups of 1 rank, lapack", output)
        self.assertIn("of 2 GiB available", output)
        self.assertIn("4 one after another", output)

    def test_expected_error_falls_with_the_realizations(self):
        pattern = r"expected error ([\d.e+-]+) % of the late heat current after (\d+) .* about (\d+)"
        few = re.search(pattern, self.estimate("--solver.method=lanczos"))
        many = re.search(pattern, self.estimate("--solver.method=lanczos",
                                                "--ensemble.realizations=32"))
        self.assertEqual((few[2], many[2]), ("8", "32"))
        self.assertAlmostEqual(float(few[1]) / float(many[1]), 2.0, delta=0.15)
        self.assertEqual(few[3], many[3])
        self.assertAlmostEqual(int(few[3]) / (8 * float(few[1]) ** 2), 1.0, delta=0.15)

    def test_options_count(self):
        small = self.core_hours("--system1.size=25")
        large = self.core_hours()
        self.assertGreater(large, 3 * small)

    def test_little_memory_makes_larger_groups(self):
        output = self.estimate("--ranks=2", "--memory-per-rank=0.4")
        self.assertIn("1 group of 2 ranks, scalapack on a 1 x 2 grid", output)

    def test_bad_requests(self):
        for arguments, fragment in [
                (["absent.ini"], "absent.ini"), ([], "name a job"),
                (["job.ini", "--ranks=none"], "--ranks = none"),
                (["job.ini", "--memory-per-rank=0"], "--memory-per-rank = 0"),
                (["job.ini", "--ranks=2", "--memory-per-rank=0.1"], "memory"),
                (["job.ini", "--system1.size=6400", "--memory-per-rank=1e6", "--ranks=2"], "32-bit")]:
            with self.subTest(fragment):
                outcome = self.start("info", "--estimate", *arguments)
                self.assertEqual(outcome.status, 2, outcome.output)
                self.assertIn(fragment, outcome.sentences()[0])


class Solver(ProgramTest):
    def test_threads_beyond_the_cores_are_warned_about_once(self):
        outcome = self.run_small("--solver.threads=500", ranks=2)
        warnings = [line for line in outcome.messages.splitlines() if "warning" in line]
        self.assertEqual(len(warnings), 1, outcome.messages)
        self.assertIn("solver.threads = 500", warnings[0])

    def test_one_rank_with_one_thread_is_not_warned_about(self):
        self.assertNotIn("warning", self.run_small(ranks=1).messages)

    def test_layout_is_in_the_file(self):
        outcome = self.run_small(ranks=2)
        with h5py.File(self.path("results.h5")) as file:
            layout = file["ensemble"].attrs["layout"]
        layout = layout.decode() if isinstance(layout, bytes) else layout
        self.assertIn("2 groups of 1 rank, lapack", layout)
        self.assertIn(layout, outcome.messages)
        self.assertIn(layout, self.start("info", "results.h5").output)

    def options_of_file(self, realizations):
        with h5py.File(self.path("results.h5")) as file:
            config = file.attrs["config"]
            self.assertEqual(file["ensemble"].attrs["realizations"], realizations)
        return config.decode() if isinstance(config, bytes) else config

    def test_a_file_keeps_its_method(self):
        for method, noise_reduction in (("lanczos", "none"), ("lanczos", "pairs"),
                                        ("diagonalization", "none"), ("diagonalization", "both")):
            with self.subTest(method=method, noise_reduction=noise_reduction):
                self.run_small(f"--solver.method={method}", "--restart",
                               f"--solver.noise_reduction={noise_reduction}")
                options = ["--solver.method=auto", "--ensemble.realizations=9"]
                self.assertIn(method, self.run_small(*options, "--dry-run").output)
                self.run_small(*options)
                text = self.options_of_file(realizations=9)
                self.assertRegex(text, rf"\nmethod += {method}\n")
                self.assertRegex(text, rf"\nnoise_reduction += {noise_reduction}\n")

    def test_method_chosen_is_in_the_file(self):
        outcome = self.run_small("--solver.method=auto", "--output.samples=false", ranks=2)
        with h5py.File(self.path("results.h5")) as file:
            method = file["ensemble"].attrs["method"]
            config = file.attrs["config"]
        method, config = (text.decode() if isinstance(text, bytes) else text
                          for text in (method, config))
        self.assertIn("diagonalization (auto: ", method)
        self.assertIn("method = diagonalization", config)
        self.assertIn(method, outcome.messages)
        self.assertIn(method, self.start("info", "results.h5").output)

    def test_elpa(self):
        arguments = ["--solver.eigensolver=elpa", "--output.file=elpa.h5"]
        outcome = self.start("run", *small_with(*arguments), ranks=1)
        if "without ELPA" in outcome.messages:
            self.assertEqual(outcome.status, 2)
            self.assertEqual(len(outcome.sentences()), 1)
            self.assertEqual(self.files(), [])
            return
        self.assertEqual(outcome.status, 0, outcome.messages)
        self.run_small("--output.file=lapack.h5")
        with h5py.File(self.path("elpa.h5")) as left, h5py.File(self.path("lapack.h5")) as right:
            name = "ensemble/observables/energy_1/samples"
            self.assertLess(np.abs(left[name][...] - right[name][...]).max(), 1e-10)


if __name__ == "__main__":
    unittest.main()
