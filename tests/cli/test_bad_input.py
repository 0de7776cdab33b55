"""Every bad request ends in one sentence from one rank, exit status 2, and nothing written."""

import os
import unittest

from program import ProgramTest, small_with

# What is asked for, and what the sentence must name.
BAD_REQUESTS = {
    "unknown key": (["--coupling.strenght=0.1"], ["coupling.strenght", "coupling.strength"]),
    "misspelt value": (["--system1.density=gausian"], ["system1.density", "gausian", "gaussian"]),
    "negative size": (["--system1.size=-4"], ["system1.size", "-4"]),
    "zero size": (["--system2.size=0"], ["system2.size", "0"]),
    "strength that is no number": (["--coupling.strength=strong"], ["coupling.strength", "strong"]),
    "strength that is not finite": (["--coupling.strength=nan"], ["coupling.strength", "nan"]),
    "missing job file": (["--config", "absent.ini"], ["absent.ini"]),
    "directory that does not exist": (["--output.file=absent/r.h5"], ["absent"]),
    "forbidden temperature": (
        ["--system1.density=gamma", "--system1.scale=2", "--system1.beta=-0.5"],
        ["system1.beta", "-0.5", "greater than"]),
    "unequal lists of temperatures": (
        ["--system1.beta=1,2,3", "--system2.beta=1,2"], ["beta"]),
    "parameter of another density": (
        ["--system1.density=uniform", "--system1.sigma=2"], ["system1.sigma", "half_width"]),
    "levels file that does not exist": (
        ["--system1.density=file", "--system1.file=absent.txt"], ["absent.txt"]),
    "time that ends before it begins": (["--time.end=-1"], ["time.end", "-1"]),
    "no time steps": (["--time.steps=0"], ["time.steps", "0"]),
    "no realizations": (["--ensemble.realizations=0"], ["ensemble.realizations", "0"]),
    "group larger than the job": (["--solver.ranks_per_group=9"], ["solver.ranks_per_group", "9"]),
    "grid that does not fit": (
        ["--solver.grid_rows=3"], ["solver.grid_rows", "3"]),
    "process grid for LAPACK": (
        ["--solver.ranks_per_group=4", "--solver.eigensolver=lapack"], ["lapack"]),
    "dimension beyond any memory": (
        ["--system1.size=3000", "--system2.size=3000"], ["9000000", "PiB", "memory"]),
}


class BadInput(ProgramTest):
    def expect_sentence(self, outcome, fragments):
        self.assertEqual(outcome.status, 2, outcome.messages)
        sentences = outcome.sentences()
        self.assertEqual(len(sentences), 1, outcome.messages)
        for fragment in fragments:
            self.assertIn(fragment, sentences[0])
        self.assertEqual(self.files(), [])

    def test_alone_and_on_four_ranks(self):
        for ranks in (None, 4):
            for name, (arguments, fragments) in BAD_REQUESTS.items():
                if ranks is None and name == "process grid for LAPACK":
                    continue  # it takes four ranks to ask for that
                with self.subTest(name, ranks=ranks):
                    self.expect_sentence(
                        self.start("run", *small_with(*arguments), ranks=ranks), fragments)

    def test_arguments_of_run(self):
        for arguments, fragment in [
            (["--restart", "--restart"], "--restart"),
            (["--dry-run=1"], "--dry-run = 1"),
            (["--time-limit"], "HH:MM:SS"),
            (["--time-limit=nan"], "nan"),
            (["--time-limit", "1", "--time-limit=2"], "--time-limit"),
            (["--config"], "a path"),
            (["stray"], "stray"),
            (["--time.end"], "a number > 0"),
        ]:
            with self.subTest(arguments):
                self.expect_sentence(self.start("run", *arguments, ranks=2), [fragment])

    def test_more_ranks_than_work(self):
        outcome = self.start("run", *small_with("--ensemble.realizations=2"), ranks=4)
        self.expect_sentence(outcome, ["4 ranks", "2 realizations", "at most 2"])

    def test_output_in_a_directory_or_on_one(self):
        os.mkdir(self.path("results.h5"))
        outcome = self.start("run", *small_with(), ranks=2)
        self.assertEqual(outcome.status, 2)
        self.assertIn("results.h5", outcome.sentences()[0])
        self.assertEqual(self.files(), ["results.h5"])

    def test_job_file_with_an_unknown_key(self):
        with open(self.path("job.ini"), "w", encoding="utf-8") as job:
            job.write("[coupling]\nstrength = 0.1\nbogus = 1\n")
        outcome = self.start("run", "--config", "job.ini", ranks=2)
        self.assertEqual(outcome.status, 2)
        self.assertIn("coupling.bogus", outcome.sentences()[0])
        self.assertEqual(self.files(), ["job.ini"])

    def test_foreign_results_file_is_left_alone(self):
        with open(self.path("results.h5"), "wb") as foreign:
            foreign.write(b"not HDF5 at all")
        outcome = self.start("run", *small_with(), ranks=2)
        self.assertEqual(outcome.status, 2)
        with open(self.path("results.h5"), "rb") as foreign:
            self.assertEqual(foreign.read(), b"not HDF5 at all")

    def test_verbs(self):
        for arguments, fragment in [
            (["simulate"], "simulate"),
            (["compare"], "file"),
            (["compare", "absent.h5"], "absent.h5"),
            (["compare", "absent.h5", "--predicton=lo"], "predicton"),
            (["compare", "absent.h5", "--significance=2"], "--significance"),
            (["info"], "results file"),
            (["info", "absent.h5"], "absent.h5"),
            (["predict", "--time.steps=none"], "time.steps"),
            (["predict", "--restart"], "--restart"),
            (["predict", "--sweep", "coupling.strength=0.1x:0.4y:3.9z"], "0.1x:0.4y:3.9z"),
            (["predict", "--sweep", "coupling.strength=0.1:0.4:1"], "from 2"),
            (["predict", "--sweep", "coupling.strength=0.1:0.4:nan"], "nan"),
            (["predict", "--sweep", "coupling.strength=0.1:inf:3"], "inf"),
            (["predict", "--sweep=coupling.strength=1:2:3", "--scan.coupling.strength=1"], "repeated"),
            (["predict", "--sweep", "coupling.strength"], "value is missing"),
            (["predict", "--sweep=output.grace=1:2:3"], "output"),
            (["predict", "--sweep=coupling.strenght=1:2:3"], "coupling.strength"),
            (["predict", "--sweep=coupling.strength=1:2:3", "--coupling.strength=1"], "beside the scan's"),
            (["compare", "absent.h5", "--max-chi2=1x"], "--max-chi2 = 1x"),
            (["compare", "absent.h5", "--max-chi2"], "missing"),
            (["compare", "absent.h5", "--json=yes"], "--json = yes"),
            (["compare", "absent.h5", "other.h5"], "other.h5"),
            (["merge", "absent.h5"], "--output"),
            (["info", "absent.h5", "--config", "--config"], "--config"),
            (["info", "absent.h5", "--target-error", "1"], "between 0 and 1"),
        ]:
            with self.subTest(arguments):
                self.expect_sentence(self.start(*arguments), [fragment])


if __name__ == "__main__":
    unittest.main()
