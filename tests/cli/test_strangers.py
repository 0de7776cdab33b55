"""Results files that are somebody else's text or damaged, locks of others, and options beyond all sense.

RMTHEAT_FLIPS and RMTHEAT_ROUNDS are the numbers of flipped bits and of races between two namespaces.
"""

import gzip
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest
import warnings

import h5py
import numpy as np

from background import BackgroundTest
from program import PROGRAM, ProgramTest, TIMEOUT, Outcome, small_with
from results import datasets, done_in

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])
sys.path.insert(0, str(SOURCE / "tools/python"))
import rmtheat  # noqa: E402

FLIPS = int(os.environ.get("RMTHEAT_FLIPS", "16"))
ROUNDS = int(os.environ.get("RMTHEAT_ROUNDS", "2"))
VERBS = (["info", "file.h5"], ["compare", "file.h5"], ["merge", "file.h5", "--output=all.h5"],
         ["run", *small_with("--output.file=file.h5")])


class StrangeFile(ProgramTest):
    def edit(self, change, name="file.h5"):
        with h5py.File(self.path(name), "r+") as file:
            change(file)

    def expect_refused(self, arguments, *fragments):
        before = self.content("file.h5")
        outcome = self.start(*arguments)
        self.assertEqual(outcome.status, 2, (arguments, outcome.messages))
        self.assertEqual(len(outcome.sentences()), 1, outcome.messages)
        self.assertNotIn("internal", outcome.messages)
        for fragment in fragments:
            self.assertIn(fragment, outcome.sentences()[0])
        self.assertEqual(self.content("file.h5"), before)

    def expect_unreadable(self, *fragments, trust=False):
        with self.assertRaises(rmtheat.FormatError) as caught:
            results = rmtheat.open(self.path("file.h5"), trust)
            for observable in results.observables.values():
                _ = observable.samples, observable.covariance
        for fragment in fragments:
            self.assertIn(fragment, str(caught.exception))

    def content(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()


class Damage(StrangeFile):
    def test_flipped_bits(self):
        self.run_small("--output.file=file.h5")
        content = self.content("file.h5")
        places = random.Random(1)
        for flip in range(FLIPS):
            bit = places.randrange(8 * len(content))
            flipped = bytearray(content)
            flipped[bit // 8] ^= 1 << bit % 8
            with open(self.path("file.h5"), "wb") as file:
                file.write(flipped)
            # All verbs read with one reader.
            verbs = VERBS if flip < 3 else [VERBS[flip % len(VERBS)]]
            with self.subTest(bit=bit):
                if bit // 8 >= len(content) - 34:  # in the line after the end of the HDF5 file
                    continue
                for arguments in verbs:
                    self.expect_refused(arguments, "file.h5")
                self.expect_unreadable("file.h5")
        self.assertEqual(self.files(), ["file.h5"])

    def test_every_bit_of_the_last_line(self):
        self.run_small("--output.file=file.h5")
        content = self.content("file.h5")
        for byte in range(len(content) - 34, len(content)):
            flipped = bytearray(content)
            flipped[byte] ^= 1
            with open(self.path("file.h5"), "wb") as file:
                file.write(flipped)
            outcome = self.start("info", "file.h5")
            if outcome.status == 0:
                self.assertIn("other programs have changed the file", outcome.messages)
            else:
                self.assertEqual(outcome.status, 2, outcome.messages)

    def test_an_edited_number(self):
        self.run_small("--output.file=file.h5")

        def change(file):
            file["ensemble/observables/energy_1/mean"][0, 3] *= 1.0001

        self.edit(change)
        place = "changed since it was written (/ensemble/observables/energy_1/mean)"
        for arguments in VERBS:
            self.expect_refused(arguments, place, "--trust")
            self.expect_refused([*arguments, "--trust"], "the mean of energy_1 is not that of")
        self.expect_unreadable(place)
        self.expect_unreadable("energy_1", trust=True)

    def test_an_edited_prediction_is_trusted_where_asked(self):
        self.run_small("--output.file=file.h5")

        def change(file):
            file["predictions/large_n/lo/energy_1"][0, 3] += 0.5

        self.edit(change)
        self.expect_refused(["compare", "file.h5"], "(/predictions/large_n/lo/energy_1)")
        outcome = self.start("compare", "file.h5", "--trust")
        self.assertEqual(outcome.status, 0, outcome.messages)
        self.assertIn("is trusted", outcome.messages)
        with self.assertWarns(UserWarning):
            rmtheat.open(self.path("file.h5"), trust=True)


class Additions(StrangeFile):
    def test_what_users_add_is_left_alone(self):
        self.run_small("--output.file=file.h5")
        before = {verb[0]: self.start(*verb).output for verb in VERBS[:2]}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with rmtheat.open(self.path("file.h5")) as plain:
                pass

        def add(file):
            file.attrs["author"] = "\x1b[31mme"
            file["predictions"].attrs["checked"] = 1
            file["ensemble/observables/energy_1/mean"].attrs["colour"] = "red"
            file["notes"] = np.arange(3)
            file["predictions/large_n/mine/heat_current"] = np.full((1, 21), np.inf)
            file["predictions/large_n/lo/fit"] = "text"
            file["ensemble/observables/energy_1/fit"] = np.arange(4.0)
            file["ensemble/observables/mine/mean"] = np.arange(4.0)
            file["elsewhere"] = h5py.ExternalLink("other.h5", "/x")
            file["fit_times"] = np.arange(21.0)
            file["fit"] = np.arange(21.0)
            file["fit"].dims[0].attach_scale(file["time"])

        self.edit(add)
        content = self.content("file.h5")
        for arguments in VERBS:
            outcome = self.start(*arguments)
            self.assertEqual(outcome.status, 0, outcome.messages)
            self.assertIn("other programs have changed the file, but nothing", outcome.messages)
            if arguments[0] == "compare":
                self.assertEqual(outcome.output, before["compare"])
        self.assertEqual(self.content("file.h5"), content)
        with self.assertWarns(UserWarning):
            again = rmtheat.open(self.path("file.h5"))
        self.assertEqual(set(again.predictions), set(plain.predictions))
        self.assertEqual(set(again.observables), set(plain.observables))
        self.assertEqual(again.attributes, plain.attributes)


class Strangers(StrangeFile):
    """Without digests, as earlier versions wrote files: nothing is known of what was written."""

    def setUp(self):
        super().setUp()
        with gzip.open(SOURCE / "tests/tools/fixtures/schema_2.h5.gz") as packed:
            self.original = packed.read()
        self.restore()

    def restore(self):
        with open(self.path("file.h5"), "wb") as file:
            file.write(self.original)

    @staticmethod
    def replace(file, name, **how):
        values = file[name][()]
        del file[name]
        file.create_dataset(name, data=values, **how)

    def external(self, file):
        values = file["time"][()]
        values.tofile(self.path("raw"))
        del file["time"]
        file.create_dataset("time", values.shape, values.dtype,
                            external=[(self.path("raw"), 0, h5py.h5f.UNLIMITED)])

    @staticmethod
    def compact(file):
        values = file["beta"][()]
        del file["beta"]
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple(values.shape)
        h5py.h5d.create(file.id, b"beta", h5py.h5t.IEEE_F64LE, space, properties).write(
            space, space, values)

    @staticmethod
    def link(file, name, link):
        del file[name]
        file[name] = link

    def test_is_read_as_it_is(self):
        self.assertEqual(self.start("info", "file.h5").status, 0)
        self.assertEqual(self.start("compare", "file.h5").status, 0)
        self.assertEqual(rmtheat.open(self.path("file.h5")).realizations, 8)

    def test_strange_content(self):
        heat = "ensemble/observables/heat_current"

        def put(name, index, value):
            return lambda file: file[name].__setitem__(index, value)

        def virtual(file):
            layout = h5py.VirtualLayout(shape=file["beta"].shape, dtype="f8")
            layout[...] = h5py.VirtualSource(self.path("other.h5"), "beta", shape=file["beta"].shape)
            del file["beta"]
            file.create_virtual_dataset("beta", layout)

        cases = {
            "Inf": (put(f"{heat}/samples", (2, 0, 3), np.inf), "not finite"),
            "NaN in a mean": (put(f"{heat}/mean", (0, 3), np.nan), "not finite"),
            "NaN in a prediction": (put("predictions/large_n/lo/energy_1", (0, 3), np.nan),
                                    "not finite"),
            "a covariance": (put("ensemble/covariance/energy_1", (0, 3, 4), 1.0), ""),
            "a mean": (put(f"{heat}/mean", (0, 3), 1.0), "heat_current"),
            "an error": (put(f"{heat}/stderr", (0, 3), 1.0), "heat_current"),
            "float32": (lambda file: self.replace(file, f"{heat}/mean", dtype="f4"), "type"),
            "integers": (lambda file: self.replace(file, f"{heat}/samples", dtype="i8"), "type"),
            "compact": (self.compact, "beta"),
            "external": (self.external, "time"),
            "virtual": (virtual, "beta"),
            "an external link": (lambda file: self.link(
                file, "beta", h5py.ExternalLink("other.h5", "/beta")), "/beta is a link"),
            "a soft link": (lambda file: self.link(file, heat, h5py.SoftLink(
                "/ensemble/observables/energy_1")), "is a link"),
            "no observable": (lambda file: file.__delitem__(heat), "heat_current"),
            "no mean": (lambda file: file.__delitem__(f"{heat}/mean"), "mean is missing"),
            "realizations": (lambda file: file["realization"].__setitem__(
                ..., [3, 1, 2, 0, 4, 5, 6, 7]), "one by one"),
        }
        with h5py.File(self.path("other.h5"), "w") as other:
            other["beta"] = [[1.0, 0.3], [0.65, 0.65]]
        for number, (name, (change, fragment)) in enumerate(cases.items()):
            with self.subTest(name):
                self.restore()
                self.edit(change)
                # All verbs read with one reader.
                for arguments in VERBS[:3] if number < 3 else [VERBS[number % 3]]:
                    self.expect_refused(arguments, "file.h5", fragment)
                if name != "a covariance":
                    self.expect_unreadable(fragment)

    def test_every_missing_part_is_a_sentence(self):
        parts = []
        with h5py.File(self.path("file.h5")) as file:
            file.visit(parts.append)
            # Of the same kind as heat_current, which stays.
            others = set(file["ensemble/observables"]) - {"heat_current", "conductance"}
        for number, part in enumerate(part for part in parts if part.split("/")[-1] not in others):
            self.restore()
            self.edit(lambda file: file.__delitem__(part))
            outcome = self.start(*VERBS[number % 3 > 0])
            with self.subTest(part):
                self.assertIn(outcome.status, (0, 2), outcome.messages)
                self.assertNotIn("internal", outcome.messages)
            try:
                rmtheat.open(self.path("file.h5"))
            except rmtheat.FormatError:
                pass

    def test_no_file_that_it_names_is_opened(self):
        with open(self.path("secret"), "w", encoding="ascii") as secret:
            secret.write("xyzzy\n")
        for option in ("density = file\nfile = secret", "file = secret"):
            self.restore()
            self.edit(lambda file: file.attrs.modify("config", f"[system1]\n{option}\n"))
            for arguments in VERBS[:3]:
                self.expect_refused(arguments, "config")
                self.assertNotIn("xyzzy", self.start(*arguments).messages)

    def test_control_characters_stay_off_the_terminal(self):
        for text in ("\x1b]0;title\x07", "\x9b31m", "\x7f\x08\r"):
            self.restore()
            self.edit(lambda file: file.attrs.modify("machine", text))
            outcome = self.start("info", "file.h5")
            self.assertEqual(outcome.status, 0, outcome.messages)
            self.assertTrue(all(c.isprintable() or c == "\n" for c in outcome.output))
        missing = self.start("info", "\x1b[31mmissing.h5")
        self.assertEqual(missing.status, 2)
        self.assertNotIn("\x1b", missing.messages)


class LocksOfOthers(BackgroundTest):
    def expect_refused(self, fragment):
        for verb in ("run", "predict"):
            outcome = self.start(verb, *small_with())
            self.assertEqual(outcome.status, 2, outcome.messages)
            self.assertIn(fragment, outcome.sentences()[0])

    def test_a_lock_that_is_no_file(self):
        lock = self.path("results.h5.lock")
        os.symlink("nowhere", lock)
        self.expect_refused("symbolic link")
        os.remove(lock)
        os.mkdir(lock)
        self.expect_refused("results.h5.lock cannot be used")
        os.rmdir(lock)
        os.mkfifo(lock)
        self.expect_refused("no regular file")
        self.assertEqual(self.files(), ["results.h5.lock"])

    def test_a_lock_that_was_removed_is_noticed(self):
        process = self.launch(["--system1.size=10", "--system2.size=10",
                               "--ensemble.realizations=3000", "--output.checkpoint_interval=0"])
        self.wait_for("results.h5", process)
        os.remove(self.path("results.h5.lock"))
        outcome = self.outcome_of(process)
        self.assertEqual(outcome.status, 3, outcome.messages)
        self.assertIn("results.h5.lock was removed while this job had it", outcome.messages)
        done, complete = done_in(self.path("results.h5"))
        self.assertTrue(done > 0 and not complete)
        self.assertEqual(self.files(), ["results.h5"])

    def test_a_signal_while_the_job_is_prepared(self):
        os.mkfifo(self.path("job.ini"))  # whose other end nobody opens
        for ranks, number in ((None, signal.SIGTERM), (None, signal.SIGINT), (2, signal.SIGUSR1)):
            process = self.launch(["--config=job.ini"], ranks=ranks)
            time.sleep(2.0)
            process.send_signal(number)
            outcome = self.outcome_of(process)
            self.assertEqual(outcome.status, 75, outcome.messages)
            self.assertIn("before the first realization", outcome.messages)
            self.assertEqual(self.files(), ["job.ini"])


class Sizes(ProgramTest):
    def test_what_no_machine_holds_is_refused_beforehand(self):
        for options, fragments in (
                (["--time.steps=100000"], ["time.steps = 100000", "covariances", "fewer time steps"]),
                (["--ensemble.realizations=1000000000"],
                 ["ensemble.realizations = 1000000000", "samples", "fewer realizations"])):
            with open(self.path("job.ini"), "w", encoding="ascii"):
                pass
            verbs = (["run"], ["run", "--dry-run"], ["info", "--estimate", "job.ini"])
            for verb in verbs if "samples" in fragments else verbs[:1]:
                outcome = self.start(*verb, *small_with(*options))
                self.assertEqual(outcome.status, 2, outcome.messages)
                for fragment in fragments:
                    self.assertIn(fragment, outcome.sentences()[0])
                self.assertEqual(self.files(), ["job.ini"])

    def test_predictions_of_more_levels_than_a_machine_holds_are_refused(self):
        outcome = self.start("predict", *small_with("--system1.levels=iid", "--ensemble.realizations=1000000000"))
        self.assertEqual(outcome.status, 2, outcome.messages)
        self.assertIn("ensemble.realizations = 1000000000: the predictions of all levels need", outcome.sentences()[0])
        self.assertEqual(self.files(), [])

    def test_what_the_arithmetic_cannot_carry_is_named(self):
        for options, fragment in (
                (["--system1.mean=1e9"], "mean = 1000000000"), (["--system1.sigma=1e308"], "system1.sigma"),
                (["--system1.density=uniform", "--system1.half_width=1e308"], "system1.half_width"),
                (["--system1.density=semicircle", "--system1.radius=1e-308"], "system1.radius"),
                (["--system1.density=gamma", "--system1.scale=1e308"], "system1.scale"),
                (["--system1.density=gamma", "--system1.shape=1e308"], "system1.shape"),
                (["--system2.beta=1e308"], "system2.beta"), (["--time.end=1e308"], "time.end"),
                (["--time.end=1e9"], "time.end"), (["--coupling.strength=1e308"], "coupling.strength")):
            outcome = self.start("run", *small_with(*options))
            self.assertEqual(outcome.status, 2, (options, outcome.messages))
            self.assertIn(fragment, outcome.sentences()[0])
            self.assertEqual(self.files(), [])

    def test_a_dry_run_counts_the_end_of_the_job(self):
        outcome = self.start("run", "--dry-run", *small_with("--time.steps=2000"))
        # 9 observables between 2001 times, beside the file in memory and a copy.
        self.assertRegex(outcome.output, r"end of the job 0?\.?8[0-9.]* [GM]iB on the first rank")


class Namespaces(ProgramTest):
    """Two jobs that know nothing of each other's processes, each of which is number 1."""

    ISOLATED = ["unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc", "--uts", "bash", "-c",
                'hostname "$0" && exec "$@"']
    JOB = small_with("--system1.size=6", "--system2.size=6", "--ensemble.realizations=200",
                     "--output.checkpoint_interval=0")

    def setUp(self):
        super().setUp()
        if shutil.which("unshare") is None or subprocess.run(
                [*self.ISOLATED, "probe", "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("unshare(1) is not there, or not allowed here")

    def launch(self, host):
        return subprocess.Popen([*self.ISOLATED, host, PROGRAM, "run", *self.JOB],
                                cwd=self.directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True)

    def outcome_of(self, process):
        output, messages = process.communicate(timeout=TIMEOUT)
        return Outcome(process.returncode, output, messages)

    def test_one_wins_and_the_other_says_why(self):
        expected = None
        for turn in range(ROUNDS):
            pause = random.Random(turn).uniform(0.0, 0.5)
            first = self.launch("one")
            time.sleep(pause)
            outcomes = [self.outcome_of(process) for process in (first, self.launch("two"))]
            refused = [outcome for outcome in outcomes if outcome.status == 2]
            for outcome in refused:
                self.assertIn("is being written by another job (host ", outcome.messages)
            self.assertLess(len(refused), 2, outcomes)
            for outcome in outcomes:
                self.assertIn(outcome.status, (0, 2), outcome.messages)
            self.assertEqual(self.files(), ["results.h5"])
            found = datasets(self.path("results.h5"))
            expected = expected or found
            for name, values in found.items():
                np.testing.assert_array_equal(values, expected[name], name)
            os.remove(self.path("results.h5"))

    def test_a_killed_container_leaves_no_obstacle(self):
        process = self.launch("one")
        while "results.h5" not in self.files():
            time.sleep(0.02)
        process.kill()  # and with it all of its namespace
        process.communicate()
        again = self.outcome_of(self.launch("two"))
        self.assertEqual(again.status, 0, again.messages)
        self.assertEqual(self.files(), ["results.h5"])


if __name__ == "__main__":
    unittest.main()
