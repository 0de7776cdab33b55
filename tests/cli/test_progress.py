"""How far a job is: in its messages, and by rmtheat info from outside."""

import re
import time
import unittest

from background import BackgroundTest
from program import small_with

# Equal realizations, of a few tenths of a second each.
EQUAL = ["--system1.size=24", "--system2.size=24", "--ensemble.realizations=48"]


def seconds(text):
    """A duration as the program writes it."""
    units = {"s": 1.0, "min": 60.0, "h": 3600.0}
    return sum(float(value) * units[unit]
               for value, unit in re.findall(r"([\d.]+) (s|min|h)\b", text))


class Progress(BackgroundTest):
    def test_the_time_left_is_right_after_a_fifth(self):
        process = self.launch(EQUAL, ranks=2)
        left = announced = end = None
        for line in process.stderr:
            found = re.match(r"(\d+) of 48 realizations, .* elapsed, (.*) left", line)
            if found and left is None and int(found.group(1)) >= 48 // 5:
                announced, left = time.monotonic(), seconds(found.group(2))
            if line.startswith("48 of 48"):
                end = time.monotonic()
        self.assertEqual(process.wait(), 0)
        self.assertIsNotNone(left, "the machine is too fast for this job")
        self.assertGreater(left, 1.0)
        # Within a fifth where nothing else runs; other work here comes and goes.
        self.assertLess(abs(left - (end - announced)), 0.4 * (end - announced))

    def test_info_on_a_running_job(self):
        process = self.launch(EQUAL, "--output.checkpoint_interval=0.5")
        self.wait_for("results.h5", process)
        output = ""
        while ", in " not in output:  # not before there are realizations enough for an estimate
            begin = time.monotonic()
            outcome = self.start("info", "results.h5", "--target-error=1e-3")
            self.assertEqual(outcome.status, 0, outcome.messages)
            self.assertIsNone(process.poll())
            output = outcome.output
        self.assertIn("results.h5: partial", output)
        self.assertIn("a job has the file locked", output)
        self.assertLess(seconds(re.search(r"written +(.*) ago", output).group(1)), 30.0)
        done = int(re.search(r"realizations +(\d+) of 48", output).group(1))
        rate = float(re.search(r"([\d.e+-]+) realizations per second", output).group(1))
        left = seconds(re.search(r", (.*) left when it wrote", output).group(1))
        self.assertAlmostEqual(left, (48 - done) / rate, delta=0.5 * left + 1.0)
        error = float(re.search(r"late mean .*\(([\d.e+-]+) %\)", output).group(1)) / 100
        needed, more, wait = re.search(
            r"target error +0.001: about (\d+) realizations, (\d+) more, in (.*) at", output).groups()
        self.assertAlmostEqual(int(needed), done * (error / 1e-3) ** 2, delta=0.1 * int(needed) + 1)
        self.assertEqual(int(needed) - int(more), done)
        self.assertAlmostEqual(seconds(wait), int(more) / rate, delta=0.05 * int(more) / rate + 1.0)
        process.wait()
        self.assertLess(abs(left - (time.monotonic() - begin)), 0.6 * left + 3.0)
        self.assertNotIn("locked", self.start("info", "results.h5").output)

    def test_a_target_that_is_reached_or_none(self):
        self.run_small()
        self.assertIn("0.9: reached",
                      self.start("info", "results.h5", "--target-error=0.9").output)
        for value in ("0", "-1", "2", "small"):
            outcome = self.start("info", "results.h5", f"--target-error={value}")
            self.assertEqual(outcome.status, 2)
            self.assertIn("target-error", outcome.sentences()[0])

    def test_info_without_samples_has_the_error_from_the_covariance(self):
        arguments = small_with("--ensemble.realizations=30")
        self.start("run", *arguments)
        self.start("run", *arguments, "--output.samples=false", "--output.file=mean.h5")
        lines = [next(line for line in self.start("info", name).output.splitlines()
                      if "late mean" in line) for name in ("results.h5", "mean.h5")]
        self.assertEqual(lines[0], lines[1])


if __name__ == "__main__":
    unittest.main()
