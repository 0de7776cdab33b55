"""Kills jobs with SIGKILL at random moments and has them continued, until as many kills have struck
as asked for. After each: the file is readable, holds every realization that was reported as written,
each once, with the numbers of an undisturbed run; a job that gets to its end equals that run bitwise.

    RMTHEAT_PROGRAM=build/release/src/app/rmtheat test_kill.py [--kills 200] [--seed 1]
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter

import h5py
import numpy as np

from program import PROGRAM, TIMEOUT, checkpoints, command
from ranks import processes_under, ranks_under
from results import datasets, done_in

JOB = ["--system1.size=6", "--system2.size=6", "--ensemble.realizations=100", "--time.steps=20",
       "--system1.levels=iid", "--output.checkpoint_interval=0"]
RANKS = (1, 2, 4)

# How long mpirun may take to end when all its ranks are dead.
MPIRUN_PATIENCE = 15


def is_alive(process):
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):  # the latter where it ends between opening and reading
        return False


def kill(process):
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


class KillTest:
    def __init__(self, directory, seed):
        self.directory = directory
        self.random = random.Random(seed)
        self.kills = Counter()
        self.finished = Counter()
        self.launchers_left = 0
        self.kept = Counter()
        self.undisturbed = {}
        self.seconds = {}

    def path(self, name):
        return os.path.join(self.directory, name)

    def launch(self, ranks, name, messages):
        return subprocess.Popen(command("run", *JOB, f"--output.file={name}", ranks=ranks),
                                cwd=self.directory, stdout=subprocess.DEVNULL, stderr=messages)

    def run_undisturbed(self, ranks):
        begin = time.monotonic()
        name = f"undisturbed{ranks}.h5"
        with open(self.path("messages"), "w", encoding="utf-8") as messages:
            assert self.launch(ranks, name, messages).wait(timeout=TIMEOUT) == 0
        self.seconds[ranks] = time.monotonic() - begin
        self.undisturbed[ranks] = datasets(self.path(name))

    def strike(self, process):
        """Kills the whole job at once, or one rank of it, whose end mpirun makes that of all."""
        ranks = ranks_under(process.pid, PROGRAM)
        everyone = [process.pid, *processes_under(process.pid)]
        victims = [self.random.choice(ranks)] if ranks and self.random.random() < 0.5 else everyone
        for victim in victims:
            kill(victim)
        end = time.monotonic() + TIMEOUT
        for rank in ranks:
            while is_alive(rank) and time.monotonic() < end:
                time.sleep(0.01)
            assert not is_alive(rank), f"a rank outlived the death of {victims}"
        try:
            process.wait(timeout=MPIRUN_PATIENCE)
        except subprocess.TimeoutExpired:  # a fault of mpirun's own: docs/reliability.md
            self.launchers_left += 1
            kill(process.pid)
            process.wait()

    def check(self, ranks, reported):
        """What the file holds after a kill."""
        if not os.path.exists(self.path("results.h5")):
            assert reported == 0, f"{reported} realizations reported as written, and no file"
            return
        done, complete = done_in(self.path("results.h5"))
        assert done >= reported, f"{reported} realizations reported as written, {done} found"
        self.kept[ranks] += done
        with h5py.File(self.path("results.h5")) as file:
            flags = file["ensemble/done"][...].astype(bool)
            assert file["ensemble"].attrs["realizations"] == flags.sum()
            for name in file["ensemble/observables"]:
                samples = f"ensemble/observables/{name}/samples"
                np.testing.assert_array_equal(file[samples][flags],
                                              self.undisturbed[ranks][samples][flags])
                if done:
                    np.testing.assert_allclose(file[f"ensemble/observables/{name}/mean"],
                                               file[samples][flags].mean(axis=0), atol=1e-12)
        if complete:
            self.check_complete(ranks)

    def check_complete(self, ranks):
        found = datasets(self.path("results.h5"))
        assert found.keys() == self.undisturbed[ranks].keys()
        for name, values in found.items():
            np.testing.assert_array_equal(values, self.undisturbed[ranks][name], name)

    def run_and_kill_once(self, ranks):
        """True when the job came to its end before the kill."""
        with open(self.path("messages"), "w", encoding="utf-8") as messages:
            process = self.launch(ranks, "results.h5", messages)
            time.sleep(self.random.uniform(0.0, self.seconds[ranks]))
            ended = process.poll()
            if ended is None:
                self.strike(process)
        with open(self.path("messages"), encoding="utf-8", errors="replace") as messages:
            text = messages.read()
        if ended is None:
            self.kills[ranks] += 1
        else:
            assert ended == 0, f"status {ended}: {text}"
            self.finished[ranks] += 1
        self.check(ranks, max(checkpoints(text), default=0))
        return ended is not None

    def run(self, kills):
        for ranks in RANKS:
            self.run_undisturbed(ranks)
        while sum(self.kills.values()) < kills:
            ranks = self.random.choice(RANKS)
            while not self.run_and_kill_once(ranks):
                if self.random.random() < 0.2:  # some jobs are killed only once or twice
                    break
            self.run_to_the_end(ranks)
            os.remove(self.path("results.h5"))
            print(f"{sum(self.kills.values())} kills", flush=True)

    def run_to_the_end(self, ranks):
        with open(self.path("messages"), "w+", encoding="utf-8") as messages:
            status = self.launch(ranks, "results.h5", messages).wait(timeout=TIMEOUT)
            messages.seek(0)
            assert status == 0, messages.read()
        self.check_complete(ranks)
        self.finished[ranks] += 1
        leftovers = set(os.listdir(self.directory)) - {
            "messages", "results.h5", *(f"undisturbed{n}.h5" for n in RANKS)}
        assert not leftovers, leftovers


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="rmtheat-kill-")
    test = KillTest(directory, arguments.seed)
    try:
        test.run(arguments.kills)
    except AssertionError:
        print(f"files are kept in {directory}", file=sys.stderr)
        raise
    shutil.rmtree(directory)
    for ranks in RANKS:
        print(f"{ranks} rank{'s' if ranks > 1 else ''}: {test.kills[ranks]} kills, "
              f"{test.kept[ranks]} realizations in the files checked, "
              f"{test.finished[ranks]} jobs finished, bitwise as undisturbed")
    print(f"{test.launchers_left} times mpirun did not end after all its ranks had")


if __name__ == "__main__":
    main()
