"""Scans: jobs that differ in the values of a few options, as one job."""

import os
import re
import subprocess
import time
import unittest

import numpy as np

from background import BackgroundTest
from program import TIMEOUT, command, small_with
from results import datasets, done_in

AXES = ["--scan.coupling.strength=0.1:0.3:3", "--scan.system.size=3,4"]
NAMES = [f"size={size}_strength={strength}.h5" for size in (3, 4) for strength in ("0.1", "0.2", "0.3")]


def job(*arguments):
    """The small job without what is scanned."""
    return [a for a in small_with(*arguments) if not re.match(r"--(coupling\.strength|system\d\.size)=", a)]


class Scan(BackgroundTest):
    def scan(self, *arguments, ranks=1, environment=None, axes=AXES):
        return self.start("run", *job(*arguments), *axes, ranks=ranks, environment=environment)

    def inside(self, folder="scan"):
        """Its results files."""
        return sorted(name for name in os.listdir(self.path(folder)) if name != "scan.ini")

    def modified(self):
        return {name: os.stat(self.path(f"scan/{name}")).st_mtime_ns for name in self.inside()}

    def test_is_its_jobs(self):
        outcome = self.scan(ranks=2)
        self.assertEqual(outcome.status, 0, outcome.messages)
        self.assertEqual(self.inside(), NAMES)
        said = re.findall(r"^(\d)/6 scan/(\S+): complete, 6 realizations$", outcome.messages, re.MULTILINE)
        self.assertEqual(said, [(str(k + 1), name) for k, name in enumerate(NAMES)])
        self.assertIn("scan/: 6 of 6 points complete, 6 of them now\n", outcome.messages)
        self.run_small("--coupling.strength=0.2", "--system1.size=4", "--system2.size=4", "--output.file=one.h5", ranks=2)
        alone = datasets(self.path("one.h5"))
        for name, values in datasets(self.path(f"scan/{NAMES[4]}")).items():
            np.testing.assert_array_equal(values, alone[name], name)

    def test_goes_on_where_it_ended(self):
        self.assertEqual(self.scan().status, 0)
        before = self.modified()
        os.remove(self.path(f"scan/{NAMES[3]}"))
        again = self.scan()
        self.assertEqual(again.status, 0, again.messages)
        self.assertEqual(again.messages.count("0 to do; the file is left as it is"), 5)
        self.assertIn("6 of 6 points complete, 1 of them now", again.messages)
        self.assertEqual({k: v for k, v in self.modified().items() if before[k] != v}.keys(), {NAMES[3]})
        more = self.scan("--ensemble.realizations=8")
        self.assertEqual(more.status, 0, more.messages)
        for name in NAMES:
            self.assertEqual(done_in(self.path(f"scan/{name}")), (8, True))
        finer = self.scan("--ensemble.realizations=8", axes=["--scan.coupling.strength=0.1:0.3:5", AXES[1]])
        self.assertEqual(finer.status, 0, finer.messages)
        self.assertIn("10 of 10 points complete, 4 of them now", finer.messages)

    def test_what_cannot_be_done_is_refused_before_anything_is(self):
        for arguments, fragment in (
                (["--scan.coupling.strength=0.1:0.3"], "coupling.strength = 0.1:0.3"),
                (["--scan.coupling.strength="], "FIRST:LAST:COUNT"),
                (["--scan.coupling.strenght=1:2:3"], "did you mean coupling.strength"),
                (["--scan.output.grace=1:2:3"], "scan.output.grace"),
                (["--scan.ensemble.seed=1:5000:5000", "--scan.time.end=1:3:3"], "10000 points"),
                (["--scan.coupling.strength=0.1:0.3:3", "--coupling.strength=0.2"], "beside the scan's"),
                (["--scan.time.end=1, 2, 1e9"], "time.end = 1000000000"),
                (["--scan.ensemble.seed=1:3:3", "--scan-index=3"], "0 to 2"),
                (["--scan-index=0"], "must be a scan")):
            with self.subTest(arguments):
                outcome = self.start("run", *[a for a in job() if a.split("=")[0] not in
                                              [b.split("=")[0].replace("scan.", "") for b in arguments]], *arguments)
                self.assertEqual(outcome.status, 2, outcome.messages)
                self.assertEqual(len(outcome.sentences()), 1, outcome.messages)
                self.assertIn(fragment, outcome.sentences()[0])
                self.assertEqual(self.files(), [])
        self.run_small("--output.file=scan.h5")
        os.mkdir(self.path("scan"))
        os.rename(self.path("scan.h5"), self.path(f"scan/{NAMES[5]}"))
        outcome = self.scan()
        self.assertEqual((outcome.status, self.inside()), (2, [NAMES[5]]))
        self.assertIn("holds another experiment", outcome.sentences()[0])

    def test_dry_run_and_estimate_say_all(self):
        self.assertEqual(self.scan("--scan-index=1").status, 0)
        for told in (self.scan("--dry-run", "--ensemble.realizations=7").output,):
            self.assertRegex(told, rf"(?m)^ +1  {NAMES[1]} +9 +1 of 7 ")
            self.assertRegex(told, rf"(?m)^ +5  {NAMES[5]} +16 +7 of 7 ")
            self.assertIn("in all         36 realizations", told)
            self.assertIn("nothing was written", told)
        self.assertEqual(self.inside(), [NAMES[1]])
        with open(self.path("job.ini"), "w", encoding="ascii") as file:
            file.write("[scan]\ncoupling.strength = 0.1:0.3:3\n")
        told = self.start("info", "--estimate", "job.ini", "--ranks=2")
        self.assertEqual(told.status, 0, told.messages)
        self.assertIn("in all         300 realizations", told.output)

    def task(self, number, first=1, last=5, count=3, step=2):
        return self.scan(environment={
            "SLURM_ARRAY_TASK_ID": str(number), "SLURM_ARRAY_TASK_MIN": str(first), "SLURM_ARRAY_TASK_MAX": str(last),
            "SLURM_ARRAY_TASK_COUNT": str(count), "SLURM_ARRAY_TASK_STEP": str(step)})

    def test_array_tasks_share_it(self):
        done = []
        for number in (1, 3, 5):
            outcome = self.task(number)
            self.assertEqual(outcome.status, 0, outcome.messages)
            done.append(set(self.inside()) - set().union(*done))
        self.assertEqual(done, [{NAMES[k], NAMES[k + 3]} for k in range(3)])
        uneven = self.task(2, first=1, last=9, count=3, step=1)
        self.assertEqual(uneven.status, 2)
        self.assertIn("--scan-index", uneven.sentences()[0])

    def test_tasks_submitted_again_keep_their_share(self):
        for number in (1, 3, 5):
            self.assertEqual(self.task(number).status, 0)
        for again in ({"first": 3, "last": 3, "count": 1, "step": 1}, {"first": 1, "last": 3, "count": 2, "step": 2},
                      {"first": 3, "last": 5, "count": 2, "step": 1}):  # --array=3, 1-3:2, 3,5
            for name in (NAMES[1], NAMES[4], NAMES[5]):
                os.remove(self.path(f"scan/{name}")) if name in self.inside() else None
            outcome = self.task(3, **again)
            self.assertEqual(outcome.status, 0, outcome.messages)
            self.assertIn("scan/: task 3 of the SLURM array 1-5:2, submitted again: 2 points of 6, 0 complete", outcome.messages)
            self.assertEqual(self.inside(), sorted(set(NAMES) - {NAMES[5]}))
        self.assertIn("1 missing (5)", self.start("info", "scan").output)
        # Another array is no part of it: it deals out anew.
        other = self.task(0, first=0, last=1, count=2, step=1)
        self.assertIn("scan/: task 0 of the SLURM array 0-1: 3 points of 6, 3 complete", other.messages)

    def test_one_task_of_an_array_that_the_folder_does_not_know(self):
        outcome = self.task(4, first=4, last=4, count=1, step=1)
        self.assertEqual(outcome.status, 0, outcome.messages)
        self.assertIn("the one task of a SLURM array, 4, for the point of that index: 1 point of 6", outcome.messages)
        self.assertEqual(self.inside(), [NAMES[4]])
        beyond = self.task(6, first=6, last=6, count=1, step=1)
        self.assertEqual(beyond.status, 2)
        self.assertIn("SLURM_ARRAY_TASK_ID = 6: an array of one task does the point of its index, 0 to 5", beyond.sentences()[0])
        self.assertEqual(self.scan("--scan-index=2", environment={"SLURM_ARRAY_TASK_ID": "4"}).status, 0)
        self.assertEqual(self.inside(), [NAMES[4], NAMES[2]] if NAMES[4] < NAMES[2] else [NAMES[2], NAMES[4]])

    def test_the_folder_describes_it(self):
        self.assertEqual(self.scan("--scan-index=1").status, 0)
        long = self.start("run", *job("--ensemble.realizations=9"), *AXES, "--scan-index=1")
        self.assertEqual(long.status, 0, long.messages)
        lines = self.start("info", "scan/").output.splitlines()
        self.assertEqual([line.split()[:3] for line in lines[:6]],
                         [[str(k), f"scan/{name}", "complete" if k == 1 else "missing"] for k, name in enumerate(NAMES)])
        self.assertEqual(lines[6], "scan/: 6 points, 1 complete, 5 missing (0, 2, 3, 4, 5); 9 of 54 realizations")
        self.assertEqual(self.scan("--ensemble.realizations=12", "--scan-index=0").status, 0)
        with open(self.path("scan/size=3_strength=0.3.h5.lock"), "w", encoding="ascii"):
            pass
        self.run_small("--output.file=scan/of_no_point.h5")
        lines = self.start("info", "scan").output.splitlines()
        self.assertRegex(lines[1], r"partial   9 of 12 realizations")
        self.assertRegex(lines[2], r"missing   locked by a job")
        self.assertRegex(lines[6], r"- +scan/of_no_point.h5 +complete  6 of 6")
        self.assertEqual(lines[7], "scan: 6 points, 1 complete, 1 partial (1), 4 missing (2, 3, 4, 5); 21 of 72 realizations; "
                                   "1 file of no point (-)")
        # The description is the job, wherever the folder is.
        again = self.start("run", "--config=scan/scan.ini", "--scan-index=1")
        self.assertEqual(again.status, 0, again.messages)
        self.assertEqual(done_in(self.path(f"scan/{NAMES[1]}")), (12, True))
        os.rename(self.path("scan"), self.path("moved"))
        self.assertIn("moved: 6 points, 2 complete, 4 missing", self.start("info", "moved").output)
        with open(self.path("moved/scan.ini"), "w", encoding="ascii") as file:
            file.write("[scan]\nnonsense = 1, 2\n")
        outcome = self.start("info", "moved")
        self.assertEqual(outcome.status, 0)
        self.assertIn("moved/scan.ini is not used: Unknown option", outcome.messages)
        self.assertEqual(outcome.output.splitlines()[-1], "3 files, 3 complete; 30 of 30 realizations")

    def test_is_told_to_stop(self):
        long = ["--ensemble.realizations=20000", "--time.steps=2", "--output.checkpoint_interval=0.05"]
        process = subprocess.Popen(command("run", *job(*long), *AXES), cwd=self.directory, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.make_sure_it_ended, process)
        self.wait_for(f"scan/{NAMES[0]}", process)
        process.terminate()
        outcome = self.outcome_of(process)
        self.assertEqual(outcome.status, 75, outcome.messages)
        self.assertIn("start the same job again to go on", outcome.messages)
        self.assertIn("0 of 6 points complete", outcome.messages)
        done, complete = done_in(self.path(f"scan/{NAMES[0]}"))
        self.assertGreater(done, 0)
        self.assertFalse(complete)
        self.assertEqual(self.inside(), NAMES[:1])  # no lock left, no further point begun
        begin = time.monotonic()
        limited = self.scan(*long, "--time-limit=2")
        self.assertEqual(limited.status, 75, limited.messages)
        self.assertLess(time.monotonic() - begin, TIMEOUT / 2)
        self.assertGreaterEqual(done_in(self.path(f"scan/{NAMES[0]}"))[0], done)

    def test_predictions(self):
        outcome = self.start("predict", *job("--output.file=p.h5"), *AXES[1:], "--sweep=coupling.strength=0.1:0.3:3")
        self.assertEqual(outcome.status, 0, outcome.messages)
        self.assertEqual(self.inside("p"), NAMES)
        self.assertEqual(self.start("info", "p").output.splitlines()[-1], "p: 6 points, 6 complete")
        self.assertEqual(self.scan("--output.file=s.h5").status, 0)
        simulated = datasets(self.path(f"s/{NAMES[3]}"))
        predicted = datasets(self.path(f"p/{NAMES[3]}"))
        for name in ("finite_n/lo", "large_n/resummed"):
            np.testing.assert_allclose(predicted[f"predictions/{name}/heat_current"],
                                       simulated[f"predictions/{name}/heat_current"], rtol=1e-9, atol=1e-15)
        told = self.start("info", f"p/{NAMES[0]}")
        self.assertEqual(told.status, 0, told.messages)
        os.remove(self.path(f"s/{NAMES[0]}"))
        refused = self.start("predict", *job("--output.file=s.h5"), *AXES)
        self.assertEqual(refused.status, 2)
        self.assertNotIn(NAMES[0], self.inside("s"))


if __name__ == "__main__":
    unittest.main()
