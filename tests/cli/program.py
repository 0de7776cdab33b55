"""Starts the installed program as a user would: alone or under mpirun, in a directory of its own."""

import os
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
    """The small job's options; those given here replace the ones of the same name."""
    given = {argument.split("=")[0] for argument in arguments}
    return [option for option in SMALL if option.split("=")[0] not in given] + list(arguments)


@dataclass
class Outcome:
    status: int
    output: str
    messages: str

    def sentences(self):
        """What the program itself said on stderr, without mpirun's comments."""
        return [line for line in self.messages.splitlines() if line.startswith("rmtheat: ")]


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="rmtheat-cli-")
        self.addCleanup(shutil.rmtree, self.directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    def files(self):
        return sorted(os.listdir(self.directory))

    def start(self, *arguments, ranks=None):
        command = [PROGRAM, *arguments]
        if ranks is not None:
            command = [MPIEXEC, "-np", str(ranks), *command]
        done = subprocess.run(command, cwd=self.directory, capture_output=True, text=True,
                              timeout=TIMEOUT, check=False)
        return Outcome(done.returncode, done.stdout, done.stderr)

    def run_small(self, *arguments, ranks=1):
        outcome = self.start("run", *small_with(*arguments), ranks=ranks)
        self.assertEqual(outcome.status, 0, outcome.messages)
        return outcome
