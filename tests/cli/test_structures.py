"""Couplings with structure, given operators and Hamiltonians, through the command line."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

import h5py
import numpy as np

from program import PROGRAM, ProgramTest, small_with

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])
sys.path.insert(0, str(SOURCE / "tools/python"))
import rmtheat  # noqa: E402

N1, N2, STRENGTH = 5, 4, 0.2
TIMES = [f"--coupling.strength={STRENGTH}", "--time.end=6", "--time.steps=12"]


def hermitian(random, n):
    matrix = random.normal(size=(n, n)) + 1j * random.normal(size=(n, n))
    return (matrix + matrix.conj().T) / 2


def propagator(matrix, factor):
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.exp(factor * values)) @ vectors.conj().T


def exact_energies(h1, h2, v, times):
    """(2, T), by dense matrices."""
    hamiltonians = np.kron(h1, np.eye(N2)), np.kron(np.eye(N1), h2)
    rho = propagator(1.0 * hamiltonians[0] + 0.3 * hamiltonians[1], -1.0)
    rho /= np.trace(rho)
    energies = np.empty((2, len(times)))
    for k, time in enumerate(times):
        u = propagator(sum(hamiltonians) + STRENGTH * v, -1j * time)
        later = u @ rho @ u.conj().T
        energies[:, k] = [np.trace(later @ h).real for h in hamiltonians]
    return energies


class Structures(ProgramTest):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(1)
        c, d = random.normal(size=(2, N1, N1)), random.normal(size=(2, N2, N2))
        c, d = c[0] + 1j * c[1], d[0] + 1j * d[1]
        self.h1, self.h2 = hermitian(random, N1), hermitian(random, N2)
        # Hermitian as a sum alone.
        self.a = np.array([c, c.conj().T, hermitian(random, N1)]) / N1
        self.b = np.array([d, d.conj().T, hermitian(random, N2)]) / N2
        self.v = sum(np.kron(a, b) for a, b in zip(self.a, self.b))
        self.pair = rmtheat.write_pair(self.path("pair.h5"), self.h1, self.h2, self.a, self.b)

    def run_job(self, *arguments, ranks=1, expected=0):
        outcome = self.start("run", *TIMES, *arguments, ranks=ranks)
        self.assertEqual(outcome.status, expected, outcome.messages)
        return outcome

    def expect_energies(self, file, exact, tolerance=1e-10):
        with h5py.File(self.path(file)) as results:
            for system in (0, 1):
                mean = results[f"ensemble/observables/energy_{system + 1}/mean"][0]
                np.testing.assert_allclose(mean, exact[system], atol=tolerance)

    def test_given_matrices_evolve_as_they_do_in_numpy(self):
        exact = exact_energies(self.h1, self.h2, self.v, np.linspace(0, 6, 13))
        for ranks in (1, 2, 4):
            outcome = self.run_job(*self.pair, f"--output.file={ranks}.h5", ranks=ranks)
            self.expect_energies(f"{ranks}.h5", exact)
            self.assertIn("nothing is random: one realization", outcome.messages)
            self.assertIn("shifts the levels of system 1", outcome.messages)
        with h5py.File(self.path("1.h5")) as file:
            about = dict(file.attrs)
            self.assertEqual(file["ensemble/done"].shape, (1,))
        self.assertEqual((about["structure"], about["terms"], about["realizations_wanted"]), ("file", 3, 1))
        square = np.trace(self.v @ self.v).real / (N1 * N2)
        self.assertAlmostEqual(about["strength_factor"], square**0.5, places=13)
        self.assertNotIn("coupling_ensemble", about)
        self.assertNotIn("bandwidth", about)

    def test_operators_belong_to_the_levels_as_a_file_orders_them(self):
        levels = {1: np.array([0.3, -1.0, 0.9, 0.1, -0.2]), 2: np.array([0.5, -0.7, 0.2, 0.6])}
        for number, values in levels.items():
            np.savetxt(self.path(f"levels{number}.txt"), values)
        self.run_job(*(f"--system{number}.{option}" for number in (1, 2)
                       for option in ("density=file", f"file=levels{number}.txt")),
                     "--coupling.structure=file", "--coupling.file=pair.h5")
        self.expect_energies("results.h5", exact_energies(np.diag(levels[1]), np.diag(levels[2]), self.v,
                                                          np.linspace(0, 6, 13)))

    def test_random_states_on_any_ranks(self):
        lanczos = ["--solver.method=lanczos", "--ensemble.realizations=40", "--solver.tolerance=1e-13",
                   "--observables.conductance=false"]
        for name, ranks, more in (("one", 1, []), ("four", 4, ["--solver.ranks_per_group=4"]),
                                  ("stored", 2, ["--solver.ranks_per_group=2", "--solver.coupling=stored"])):
            self.run_job(*self.pair, *lanczos, *more, f"--output.file={name}.h5", ranks=ranks)
        with h5py.File(self.path("one.h5")) as one:
            observable = one["ensemble/observables/energy_1"]
            samples, mean, error = (observable[name][...] for name in ("samples", "mean", "stderr"))
        for other in ("four", "stored"):
            with h5py.File(self.path(f"{other}.h5")) as file:
                np.testing.assert_allclose(file["ensemble/observables/energy_1/samples"], samples, atol=1e-10)
        exact = exact_energies(self.h1, self.h2, self.v, np.linspace(0, 6, 13))
        self.assertLess(np.max(np.abs(mean[0] - exact[0])[1:] / error[0, 1:]), 4.5)

    def test_results_need_no_input_file(self):
        self.run_job(*self.pair, "--solver.method=lanczos", "--ensemble.realizations=4", "--output.file=a.h5")
        self.run_job(*self.pair, "--solver.method=lanczos", "--ensemble.realizations=4", "--ensemble.first=4",
                     "--output.file=b.h5")
        os.rename(self.path("pair.h5"), self.path("away.h5"))
        info = self.start("info", "a.h5", "--config")
        self.assertEqual(info.status, 0, info.messages)
        self.assertNotIn("pair.h5", info.output)
        self.assertEqual(self.start("compare", "a.h5").status & ~1, 0)
        merged = self.start("merge", "a.h5", "b.h5", "--output", "all.h5")
        self.assertEqual(merged.status, 0, merged.messages)
        with h5py.File(self.path("a.h5")) as one, h5py.File(self.path("all.h5")) as both:
            np.testing.assert_array_equal(both["predictions/finite_n/lo/energy_1"], one["predictions/finite_n/lo/energy_1"])
        # Its own options name no file to continue from.
        config = info.output[info.output.index("[system1]"):]
        pathlib.Path(self.path("job.ini")).write_text(config, encoding="utf-8")
        again = self.start("run", "--config=job.ini", "--output.file=c.h5")
        self.assertEqual(again.status, 2)
        self.assertIn("coupling.file", again.sentences()[0])

    def test_continues_with_the_same_operators_alone(self):
        lanczos = ["--solver.method=lanczos", "--output.file=a.h5"]
        self.run_job(*self.pair, *lanczos, "--ensemble.realizations=2")
        self.run_job(*self.pair, *lanczos, "--ensemble.realizations=3")
        with h5py.File(self.path("pair.h5"), "r+") as file:
            file["coupling/a"][2, 0, 0] += 1e-9
        changed = self.run_job(*self.pair, *lanczos, "--ensemble.realizations=4", expected=2)
        self.assertIn("coupling.operators", changed.sentences()[0])

    def test_products_and_bands(self):
        products = ["--coupling.structure=products", "--coupling.terms=3", "--system1.size=5", "--system2.size=4",
                    "--ensemble.realizations=3"]
        self.run_job(*products, "--output.file=one.h5")
        self.run_job(*products, "--output.file=two.h5", "--solver.ranks_per_group=2", ranks=2)
        full = [*products[2:], "--coupling.structure=full"]
        band = [*products[2:], "--coupling.structure=band", "--coupling.profile=lorentzian", "--coupling.bandwidth="]
        self.run_job(*full, "--output.file=full.h5")
        for width, name in (("1e20", "wide"), ("2", "narrow")):
            self.run_job(*band[:-1], band[-1] + width, f"--output.file={name}.h5")
        samples = {}
        for name in ("one", "two", "full", "wide", "narrow"):
            with h5py.File(self.path(f"{name}.h5")) as file:
                samples[name] = file["ensemble/observables/energy_1/samples"][...]
                about = {key: file.attrs.get(key) for key in ("structure", "terms", "bandwidth", "profile")}
            if name == "two":
                self.assertEqual(about, {"structure": "products", "terms": 3, "bandwidth": None, "profile": None})
            if name == "narrow":
                self.assertEqual(about, {"structure": "band", "terms": None, "bandwidth": 2.0, "profile": "lorentzian"})
                self.assertIn("GUE coupling in a lorentzian band, Δ = 2", rmtheat.open(self.path("narrow.h5")).title)
        np.testing.assert_allclose(samples["one"], samples["two"], atol=1e-10)
        # What is subtracted from them follows from the prediction of each.
        np.testing.assert_allclose(samples["wide"], samples["full"], atol=1e-11)
        self.assertGreater(np.abs(samples["narrow"] - samples["full"]).max(), 1e-3)
        other = self.start("run", *TIMES, *products, "--coupling.terms=2", "--output.file=one.h5")
        self.assertEqual(other.status, 2)

    def bad_file(self, name, **changes):
        """A copy of the pair's file with other datasets, or without them."""
        path = self.path(name)
        rmtheat.write_pair(path, self.h1, self.h2, self.a, self.b)
        with h5py.File(path, "r+") as file:
            for key, value in changes.items():
                place = {"a": "coupling/a", "b": "coupling/b"}.get(key, key)
                del file[place]
                if value is not None:
                    file[place] = value
        return path

    def test_bad_files_in_a_sentence(self):
        nan = self.a.copy()
        nan[1, 2, 3] = np.nan
        skewed = self.a.copy()
        skewed[0, 0, 1] += 0.1
        crooked = self.h1.copy()
        crooked[0, 1] += 0.1
        cases = [
            ("missing.h5", None, ["coupling.file", "does not exist"]),
            (self.bad_file("no_b.h5", b=None), None, ["no dataset /coupling/b"]),
            (self.bad_file("shape.h5", a=self.b), None, ["/coupling/a", "(3, 4, 4)", "(K, 5, 5)"]),
            (self.bad_file("none.h5", a=self.a[:0]), None, ["/coupling/a", "(0, 5, 5)", "K >= 1"]),
            (self.bad_file("more.h5", a=self.a[:2]), None, ["2 operators", "3"]),
            (self.bad_file("nan.h5", a=nan), None, ["/coupling/a", "NaN"]),
            (self.bad_file("skewed.h5", a=skewed), None, ["Hermitian", "of its norm"]),
            (self.bad_file("words.h5", a="no matrix"), None, ["/coupling/a"]),
            (self.bad_file("zero.h5", a=0 * self.a), None, ["zero", "coupling.strength = 0"]),
            (None, "missing.h5:/h1", ["system1.file", "does not exist"]),
            (None, self.bad_file("crooked.h5", h1=crooked) + ":/h1", ["system1.file", "Hermitian", "largest element"]),
            (None, self.path("pair.h5") + ":/h3", ["no dataset /h3"]),
            (None, self.path("pair.h5") + ":/coupling/a", ["square matrix", "(3, 5, 5)"]),
            (None, self.path("pair.h5"), ["system1.file", ":/DATASET"]),
        ]
        pathlib.Path(self.path("text.h5")).write_text("levels", encoding="utf-8")
        cases.append(("text.h5", None, ["no HDF5 file"]))
        before = self.files()
        for operators, hamiltonian, fragments in cases:
            arguments = {option.split("=")[0]: option for option in self.pair}
            if operators:
                arguments["--coupling.file"] = f"--coupling.file={operators}"
            if hamiltonian:
                arguments["--system1.file"] = f"--system1.file={hamiltonian}"
            with self.subTest(fragments):
                outcome = self.run_job(*arguments.values(), ranks=2, expected=2)
                self.assertEqual(len(outcome.sentences()), 1, outcome.messages)
                for fragment in fragments:
                    self.assertIn(fragment, outcome.sentences()[0])
                self.assertEqual(self.files(), before)

    def test_options_that_do_not_fit_in_a_sentence(self):
        for arguments, fragments in [
            (["--coupling.terms=2"], ["coupling.terms = 2", "structure", "ensemble"]),
            (["--coupling.structure=band", "--coupling.terms=2"], ["coupling.terms = 2", "bandwidth"]),
            (["--coupling.structure=products", "--coupling.ensemble=goe"], ["coupling.ensemble = goe", "gue"]),
            (["--coupling.structure=products", "--coupling.terms=0"], ["coupling.terms = 0"]),
            (["--coupling.structure=band", "--coupling.bandwidth=-1"], ["coupling.bandwidth = -1"]),
            (["--coupling.structure=band", "--solver.method=lanczos"], ["sampled", "band", "stored"]),
            (["--coupling.structure=file"], ["coupling.file"]),
            (["--system1.density=hamiltonian"], ["system1.file"]),
        ]:
            with self.subTest(arguments):
                outcome = self.start("run", *small_with(*arguments))
                self.assertEqual(outcome.status, 2, outcome.messages)
                for fragment in fragments:
                    self.assertIn(fragment, outcome.sentences()[0])
        pairs = self.run_job(*self.pair, "--solver.method=lanczos", "--solver.noise_reduction=pairs", expected=2)
        self.assertIn("solver.noise_reduction = pairs", pairs.sentences()[0])


class Tutorial(ProgramTest):
    def test_my_own_hamiltonian(self):
        text = (SOURCE / "docs/tutorial.md").read_text(encoding="utf-8")
        chapter = text[text.index("## My own Hamiltonian"):]
        code = re.search(r"```python\n(.*?)```", chapter, re.DOTALL).group(1)
        environment = {**os.environ, "PYTHONPATH": str(SOURCE / "tools/python"),
                       "PATH": f"{os.path.dirname(PROGRAM)}:{os.environ['PATH']}"}
        done = subprocess.run([sys.executable, "-c", code], cwd=self.directory, env=environment,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        results = rmtheat.open(self.path("chains.h5"))
        heat = results.observables["heat_current"].mean[0]
        self.assertTrue(np.isfinite(heat).all() and np.abs(heat).max() > 1e-4)
        printed = [float(word) for word in re.findall(r"[-\d.e]+", done.stdout)]
        np.testing.assert_allclose(printed[:5], heat[::50], atol=1e-8)


class Helper(unittest.TestCase):
    def test_shapes_are_checked(self):
        square, wrong = np.eye(2), np.ones((2, 3))
        for arguments in [(wrong, square, square, square), (square, square, np.eye(3), square),
                          (square, square, np.ones((2, 2, 2)), square)]:
            with self.assertRaisesRegex(ValueError, "must"):
                rmtheat.write_pair(os.devnull, *arguments)


if __name__ == "__main__":
    unittest.main()
