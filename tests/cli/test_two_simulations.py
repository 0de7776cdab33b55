"""One simulation held against another: compare a.h5 --with b.h5."""

import json
import unittest

import h5py
import numpy as np

from program import ProgramTest, small_with

# What is not reduced scatters as a Gaussian does, more or less.
RAW = ["--solver.noise_reduction=none", "--ensemble.realizations=60"]


class TwoSimulations(ProgramTest):
    def simulate(self, name, *arguments):
        self.run_small(f"--output.file={name}", *RAW, *arguments)

    def compared(self, *arguments):
        outcome = self.start("compare", *arguments, "--json")
        self.assertEqual(outcome.sentences(), [])
        (name, found), = json.loads(outcome.output)["predictions"].items()
        return outcome.status, name, found

    def late(self, name, observable="heat_current"):
        with h5py.File(self.path(name)) as file:
            return file[f"ensemble/observables/{observable}/samples"][:, 0, 10:].mean(axis=1)

    def test_of_different_seeds_errors_add(self):
        self.simulate("a.h5")
        self.simulate("b.h5", "--ensemble.seed=2")
        self.simulate("c.h5", "--ensemble.seed=2", "--coupling.strength=0.5")
        status, name, found = self.compared("a.h5", "--with=b.h5")
        self.assertEqual((status, name, found["verdict"]), (0, "simulated/b.h5", "holds"))
        row, = (each for each in found["observables"] if each["observable"] == "heat_current")
        a, b = self.late("a.h5"), self.late("b.h5")
        np.testing.assert_allclose([row["late_mean"]["simulated"], row["late_mean"]["predicted"]], [a.mean(), b.mean()], rtol=1e-9)
        np.testing.assert_allclose(row["late_mean"]["error"], np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 60), rtol=1e-6)
        status, _, found = self.compared("a.h5", "--with=c.h5")
        self.assertEqual((status, found["verdict"]), (1, "rejected"))
        text = self.start("compare", "a.h5", "--with", "c.h5").output
        self.assertRegex(text, r"simulated: another simulation.*\n.*\n +c\.h5 +0  REJECTED")

    def test_of_the_same_seed_differences_count(self):
        self.simulate("a.h5")
        self.simulate("b.h5", "--coupling.strength=0.301", "--ensemble.first=10")
        status, _, found = self.compared("a.h5", "--with=b.h5")
        row, = (each for each in found["observables"] if each["observable"] == "heat_current")
        differences = self.late("a.h5")[10:] - self.late("b.h5")[:50]
        np.testing.assert_allclose(row["late_mean"]["error"], differences.std(ddof=1) / 50**0.5, rtol=1e-6)
        self.assertLess(row["late_mean"]["error"], 0.1 * self.late("a.h5").std(ddof=1) / 50**0.5)
        self.assertEqual((status, found["verdict"]), (1, "rejected"))  # which errors added would hide
        self.assertEqual(self.compared("a.h5", "--with=a.h5")[2]["verdict"], "holds")

    def test_without_samples(self):
        self.simulate("a.h5", "--output.samples=false")
        self.simulate("b.h5", "--output.samples=false", "--ensemble.seed=3")
        self.assertEqual(self.compared("a.h5", "--with=b.h5")[2]["verdict"], "holds")
        self.simulate("c.h5")
        self.refused(["a.h5", "--with=c.h5"], "ensemble.seed")

    def refused(self, arguments, fragment):
        outcome = self.start("compare", *arguments)
        self.assertEqual(outcome.status, 2, outcome.messages)
        self.assertIn(fragment, outcome.sentences()[0])

    def test_refusals(self):
        self.simulate("a.h5")
        self.simulate("t.h5", "--time.end=5", "--ensemble.seed=2")
        self.simulate("p.h5", "--system1.beta=0.9", "--ensemble.seed=2")
        self.start("predict", *small_with("--output.file=q.h5"))
        for arguments, fragment in ((["a.h5", "--with=t.h5"], "times of a.h5"), (["a.h5", "--with=p.h5"], "temperature pairs of a.h5"),
                                    (["a.h5", "--with=q.h5"], "no simulation"), (["a.h5", "--with=absent.h5"], "absent.h5"),
                                    (["a.h5", "--with=a.h5", "--prediction=lo"], "one of them")):
            self.refused(arguments, fragment)


if __name__ == "__main__":
    unittest.main()
