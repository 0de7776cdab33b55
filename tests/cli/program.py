"""Starts the installed program as a user would: alone or under mpirun, in a directory of its own."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from dataclasses import dataclass

PROGRAM = os.environ["RMTHEAT_PROGRAM"]
MPIEXEC = os.environ.get("RMTHEAT_MPIEXEC", "mpirun")

# A hang is a failure: nothing here takes more than seconds by itself.
TIMEOUT = 120

# Small enough to take no time: D = 12.
SMALL = [
    "--system1.size=4", "--system2.size=3", "--ensemble.realizations=6", "--time.steps=20",
    "--time.end=4", "--coupling.strength=0.3",
]


def small_with(*arguments):
    """The small job's options with these; the last of a name holds."""
    named = {option.split("=")[0]: option for option in (*SMALL, *arguments)}
    return list(named.values())


def command(*arguments, ranks=None, program=PROGRAM):
    launcher = [] if ranks is None else [MPIEXEC, "-np", str(ranks)]
    return [*launcher, program, *arguments]


def checkpoints(messages):
    return [int(count) for count in re.findall(r": checkpoint, (\d+) of", messages)]


@dataclass
class Outcome:
    status: int
    output: str
    messages: str

    def sentences(self):
        """The errors that the program itself reported, without mpirun's comments and warnings."""
        return re.findall(r"^rmtheat: (?!warning).*", self.messages, re.MULTILINE)

    def checkpoints(self):
        """The numbers of realizations that the program reported as written."""
        return checkpoints(self.messages)


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="rmtheat-cli-")
        self.addCleanup(shutil.rmtree, self.directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    def files(self):
        return sorted(os.listdir(self.directory))

    def clear(self):
        for name in self.files():
            os.remove(self.path(name))

    def start(self, *arguments, ranks=None, program=PROGRAM, environment=None):
        done = subprocess.run(command(*arguments, ranks=ranks, program=program),
                              cwd=self.directory, capture_output=True, text=True, timeout=TIMEOUT,
                              check=False, env={**os.environ, **(environment or {})})
        return Outcome(done.returncode, done.stdout, done.stderr)

    def run_small(self, *arguments, ranks=1):
        outcome = self.start("run", *small_with(*arguments), ranks=ranks)
        self.assertEqual(outcome.status, 0, outcome.messages)
        return outcome
