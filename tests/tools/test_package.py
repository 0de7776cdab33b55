"""The Python package reads the results files of every schema version, and so do other programs."""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest
import xml.dom.minidom

import h5py
import numpy as np

from package_files import PACKAGE, SOURCE, Files, P, R, T

import rmtheat
from rmtheat import plot, results as results_module, scan
from rmtheat.comparison import Comparison

OBSERVABLES = {"energy_1", "energy_2", "interaction_energy", "current_1", "current_2", "heat_current",
               "work_power", "entropy_production", "conductance"}
PREDICTIONS = {"finite_n/lo", "finite_n/nlo", "finite_n/resummed", "large_n/lo", "large_n/nlo",
               "large_n/resummed", "large_n/kinetic"}


class EveryVersion(Files):
    def test_every_schema_version_has_a_fixture_that_opens(self):
        for version in range(1, results_module.NEWEST_VERSION + 1):
            results = rmtheat.open(self.unpack(f"schema_{version}.h5.gz"))
            self.assertEqual(results.attributes["schema_version"], version)
            self.assertEqual(set(results.observables), OBSERVABLES)
            self.assertEqual(results.title, "1: gaussian (mean = 0, sigma = 1), N = 3, iid levels; 2: uniform "
                             "(centre = 0, half width = 1.732), N = 4, gue levels; GUE coupling, λ = 0.2")
            self.assertLessEqual({"n1": 3, "n2": 4, "coupling_strength": 0.2, "coupling_ensemble": "gue",
                                  "structure": "full", "first_realization": 0, "realizations_wanted": R,
                                  "time_end": 5.0, "time_steps": T - 1}.items(), results.attributes.items())


class Reading(Files):
    def setUp(self):
        super().setUp()
        self.results = rmtheat.open(self.file)

    def test_what_the_job_was(self):
        self.assertEqual(self.results.status, "complete")
        self.assertEqual(self.results.realizations, R)
        self.assertEqual(self.results.config["coupling"]["strength"], "0.2")
        np.testing.assert_array_equal(self.results.beta, [[1.0, 0.3], [0.65, 0.65]])
        np.testing.assert_allclose(self.results.time, np.linspace(0, 5, T))
        first, second = self.results.systems
        self.assertEqual((first.density, first.placement, first.levels.shape), ("gaussian", "iid", (R, 3)))
        self.assertEqual((second.density, second.placement, second.levels.shape), ("uniform", "gue", (R, 4)))
        self.assertAlmostEqual(second.parameters["half_width"], 3**0.5)

    def test_mean_and_error_are_those_of_the_samples(self):
        for observable in self.results.observables.values():
            samples = observable.samples
            self.assertEqual(samples.shape, (R, P, T))
            scale = np.abs(samples).max()
            np.testing.assert_allclose(observable.mean, samples.mean(axis=0), atol=1e-12 * scale)
            error = samples.std(axis=0, ddof=1) / R**0.5
            np.testing.assert_allclose(observable.stderr, error, atol=1e-12 * scale)
            variance = np.diagonal(observable.covariance, axis1=1, axis2=2)
            np.testing.assert_allclose(variance, error**2, atol=1e-12 * scale**2)

    def test_predictions(self):
        self.assertEqual(set(self.results.predictions), PREDICTIONS)
        lo = self.results.predictions["finite_n/lo"]
        self.assertEqual(set(lo), OBSERVABLES)
        self.assertEqual(lo["heat_current"].shape, (P, T))
        self.assertEqual(lo.residual_covariance("heat_current").shape, (P, T, T))
        large_n = self.results.predictions["large_n/lo"]
        self.assertIsNone(large_n.residual_covariance("heat_current"))
        self.assertIsNone(lo.left_out("heat_current"))
        newer = rmtheat.open(self.unpack("schema_2.h5.gz"))
        left_out = newer.predictions["finite_n/nlo"].left_out("heat_current")
        self.assertEqual(left_out.shape, (P, T))
        self.assertTrue((left_out[:, 1:] > 0).all())
        np.testing.assert_allclose(large_n.attributes["plateau"][0],
                                   large_n["heat_current"][0, -1], rtol=1e-3)

    def test_rounding_is_no_residual(self):
        import matplotlib
        matplotlib.use("agg")
        from rmtheat import plot

        def without_noise(file):
            heat = file["ensemble/observables/heat_current"]
            heat["mean"][:, :] = file["predictions/finite_n/lo/heat_current"][:] + 1e-16
            heat["stderr"][:, :] = 1e-18
            del heat["samples"]

        # As noise reduction leaves it at weak coupling: little, and no rounding.
        def with_little_noise(file):
            heat = file["ensemble/observables/heat_current"]
            heat["mean"][:, :] = file["predictions/finite_n/lo/heat_current"][:] + 1e-10
            heat["stderr"][:, :] = 1e-10
            del heat["samples"]

        little = plot.residuals(rmtheat.open(self.altered(with_little_noise))).get_lines()[0]
        np.testing.assert_allclose(little.get_ydata(), np.ones(T), rtol=1e-5)
        for change, least, most in ((lambda file: None, 0.1, 10.0), (without_noise, 0.0, 0.0)):
            lo = plot.residuals(rmtheat.open(self.altered(change))).get_lines()[0]
            self.assertGreaterEqual(np.abs(lo.get_ydata()).max(), least)
            self.assertLessEqual(np.abs(lo.get_ydata()).max(), most)

    def test_partial_file(self):
        def interrupt(file):
            file.attrs["status"] = "partial"
            for name in ("ensemble/covariance", "predictions"):
                del file[name]
            for group in file["ensemble/observables"].values():
                del group["samples"]

        results = rmtheat.open(self.altered(interrupt))
        self.assertEqual((results.status, results.predictions), ("partial", {}))
        heat = results.observables["heat_current"]
        self.assertIsNone(heat.samples)
        self.assertIsNone(heat.covariance)

    def test_predictions_alone(self):
        path = self.altered(lambda file: file.__delitem__("ensemble"))
        results = rmtheat.open(path)
        self.assertEqual((results.realizations, results.observables), (0, {}))
        self.assertEqual(results.units("heat_current"), "energy^2 / hbar")
        self.assertIn("heat_current_predicted", results.to_xarray())

    def test_dataset(self):
        data = self.results.to_xarray(samples=True, covariance=True)
        heat = data["heat_current"]
        self.assertEqual(heat.dims, ("pair", "time"))
        self.assertEqual(heat.attrs["units"], "energy^2 / hbar")
        np.testing.assert_array_equal(heat, self.results.observables["heat_current"].mean)
        lo = data["heat_current_predicted"].sel(prediction="finite_n/lo", time=5.0)
        np.testing.assert_array_equal(lo, self.results.predictions["finite_n/lo"]["heat_current"][:, -1])
        self.assertEqual(data["heat_current_samples"].dims, ("realization", "pair", "time"))
        self.assertEqual(data["heat_current_covariance"].attrs["units"], "(energy^2 / hbar)^2")
        self.assertEqual(data["time"].attrs["units"], "hbar / energy")
        np.testing.assert_array_equal(data["beta_2"], [0.3, 0.65])


class OneMoment(Files):
    def test_an_opened_file_is_that_of_its_opening(self):
        """A job puts a newer file in its place, and the folder changes: what is read later is the old one's."""
        before = os.getcwd()
        os.chdir(self.directory)
        try:
            results = rmtheat.open("schema_1.h5")
        finally:
            os.chdir(before)
        newer = self.altered(lambda file: file["ensemble/observables/heat_current/samples"].__setitem__(..., 7.0))
        newer.replace(self.file)
        heat = results.observables["heat_current"]
        np.testing.assert_allclose(heat.samples.mean(axis=0), heat.mean)
        self.assertEqual(heat.covariance.shape, (P, T, T))
        self.assertEqual(results.units("heat_current"), "energy^2 / hbar")

    def test_closed_by_a_block(self):
        with rmtheat.open(self.file) as results:
            pass
        with h5py.File(self.file, "r+") as file:
            del file["time"]
        self.assertEqual(len(results.time), T)


class Shown(Files):
    def test_text_and_html(self):
        results = rmtheat.open(self.file)
        for shown in (repr(results), results._repr_html_()):
            for part in ("schema_1.h5", "complete, 8 realizations", "gaussian", "1, 0.3; 0.65, 0.65", "heat_current",
                         "finite_n/resummed"):
                self.assertIn(part, shown)
        xml.dom.minidom.parseString(results._repr_html_())
        self.assertIn("heat_current (energy^2 / hbar)", repr(results.observables["heat_current"]))
        self.assertIn("finite_n/lo", repr(results.predictions["finite_n/lo"]))
        alone = rmtheat.open(self.altered(lambda file: file.__delitem__("ensemble")))
        self.assertIn("predictions alone", repr(alone))

    def test_pooled_seeds_are_said(self):
        self.file = self.unpack("schema_2.h5.gz")

        def pool(file):
            for name, values in (("origin_seed", [1] * 5 + [4] * 3), ("origin_index", [*range(5), *range(3)])):
                file["ensemble"].create_dataset(name, data=np.array(values, dtype=np.uint64))

        results = rmtheat.open(self.altered(pool), trust=True)
        for shown in (repr(results), results._repr_html_()):
            self.assertIn("1, 4, pooled", shown)
            self.assertIn("8 realizations of 2 pooled seeds", shown)
        self.assertIn("8 realizations of 2 pooled seeds", plot.heading(results))
        data = results.to_xarray(samples=True)
        self.assertEqual((data.attrs["pooled"], data.attrs["seed"], data["seed"].item()), (1, "1, 4", "1, 4"))
        np.testing.assert_array_equal(data["heat_current_samples"]["origin_seed"], [1] * 5 + [4] * 3)
        np.testing.assert_array_equal(data["origin_index"], [*range(5), *range(3)])
        alone = rmtheat.open(self.file).to_xarray(samples=True)
        self.assertEqual((alone.attrs["pooled"], "origin_seed" in alone), (0, False))
        both = scan.in_order([rmtheat.open(self.file), results])
        self.assertEqual([scan.parameters(each)["seed"] for each in both], [1, "1, 4"])
        self.assertEqual(scan.varying(both), ["seed"])

    def test_version_is_the_programs(self):
        text = (SOURCE / "CMakeLists.txt").read_text()
        self.assertEqual(re.search(r"project\(\s*rmtheat\s+VERSION\s+([\d.]+)", text)[1], rmtheat.__version__)


class NoiseReduction(Files):
    def test_what_it_was_before(self):
        def reduced(file):
            heat = file["ensemble/observables/heat_current"]
            for name in ("mean", "stderr", "samples"):
                heat[f"raw_{name}"] = 2.0 * heat[name][:]
            heat["variance_ratio"] = np.full((P, T), 0.25)

        heat = rmtheat.open(self.altered(reduced)).observables["heat_current"]
        np.testing.assert_array_equal(heat.raw_mean, 2.0 * heat.mean)
        np.testing.assert_array_equal(heat.raw_stderr, 2.0 * heat.stderr)
        np.testing.assert_array_equal(heat.raw_samples, 2.0 * heat.samples)
        self.assertEqual(heat.variance_ratio[0, 0], 0.25)
        plain = rmtheat.open(self.file).observables["heat_current"]
        self.assertEqual([plain.raw_mean, plain.raw_stderr, plain.raw_samples, plain.variance_ratio], [None] * 4)


class Scans(Files):
    def job(self, name, **attributes):
        path = self.directory / "scan" / name
        path.parent.mkdir(exist_ok=True)
        shutil.copy(self.unpack("schema_2.h5.gz"), path)
        with h5py.File(path, "r+") as file:
            file.attrs.update(attributes)
        return path

    def test_parameters_are_scalars_that_concat_joins(self):
        import xarray

        sets = [rmtheat.open(self.job(f"{s}.h5", coupling_strength=s)).to_xarray(samples=True, covariance=True)
                for s in (0.1, 0.4)]
        self.assertEqual((sets[0]["n1"].dims, int(sets[0]["n1"]), float(sets[1]["coupling_strength"])), ((), 3, 0.4))
        joined = xarray.concat(sets, "coupling_strength", combine_attrs="drop_conflicts")
        np.testing.assert_array_equal(joined["coupling_strength"], [0.1, 0.4])
        self.assertEqual(joined["heat_current"].dims, ("coupling_strength", "pair", "time"))
        np.testing.assert_array_equal(joined["realization"], np.arange(R))

    def test_one_parameter_is_the_dimension(self):
        for strength in (0.4, 0.1, 0.2):
            self.job(f"{strength}.h5", coupling_strength=strength)
        data = rmtheat.open_many(self.directory / "scan")
        np.testing.assert_array_equal(data["coupling_strength"], [0.1, 0.2, 0.4])
        late = data["heat_current"].sel(coupling_strength=0.2, time=slice(2.5, None)).mean("time")
        self.assertEqual(late.dims, ("pair",))
        self.assertEqual(data["heat_current_predicted"].dims[0], "coupling_strength")

    def test_several_parameters_are_coordinates_that_unstack(self):
        for strength in (0.1, 0.2):
            for size in (5, 9):
                self.job(f"{strength}_{size}.h5", coupling_strength=strength, n1=np.uint64(size), n2=np.uint64(size))
        data = rmtheat.open_many(self.directory / "scan")
        self.assertEqual(data["heat_current"].dims, ("job", "pair", "time"))
        plane = data.set_index(job=["coupling_strength", "n1"]).unstack("job")
        self.assertEqual((plane.sizes["coupling_strength"], plane.sizes["n1"]), (2, 2))

    def test_refusals(self):
        (self.directory / "empty").mkdir()
        with self.assertRaises(rmtheat.FormatError):
            rmtheat.open_many(self.directory / "empty")
        paths = [self.job("a.h5"), self.job("b.h5")]
        with h5py.File(paths[1], "r+") as file:
            file["beta"][0, 0] = 0.9
        with self.assertRaisesRegex(ValueError, "inverse temperatures"):
            rmtheat.open_many(paths)


class Refusals(Files):
    def refused(self, path, part):
        with self.assertRaises(rmtheat.FormatError) as caught:
            rmtheat.open(path)
        message = str(caught.exception)
        self.assertIn(part, message)
        self.assertEqual((message.count("\n"), message[-1]), (0, "."))

    def test_newer_schema(self):
        path = self.altered(lambda file: file.attrs.__setitem__("schema_version", 99))
        self.refused(path, "schema version 99")

    def test_foreign_files(self):
        self.refused(self.altered(lambda file: file.attrs.__setitem__("schema", "other")), "no results")
        self.refused(self.altered(lambda file: file.attrs.__delitem__("schema")), "no results")
        self.refused(SOURCE / "LICENSE", "no HDF5 file")

    def test_damaged_file(self):
        self.refused(self.altered(lambda file: file.__delitem__("beta")), "/beta is missing")

    def test_every_kind_of_damage(self):
        for path in ("time", "realization", "ensemble/observables/heat_current/mean", "systems/1"):
            self.refused(self.altered(lambda file, path=path: file.__delitem__(path) or file.create_dataset(path, data="x")),
                         path.split("/")[0] if path != "systems/1" else "damaged")
        for name, value in (("config", "no options"), ("status", None), ("config", None)):
            self.refused(self.altered(lambda file, n=name, v=value:
                                      file.attrs.__delitem__(n) if v is None else file.attrs.__setitem__(n, v)), "damaged")

    def test_missing_file(self):
        with self.assertRaises(OSError):
            rmtheat.open(self.directory / "missing.h5")


class Comparisons(unittest.TestCase):
    def test_not_resolved_is_not_rejected(self):
        rows = [{"observable": "energy_1", "holds": False, "verdict": "unresolved", "reason": "1/D"},
                {"observable": "heat_current", "holds": False, "verdict": "rejected"}]
        comparison = Comparison(json.dumps({"realizations": 9, "predictions": {
            "finite_n/lo": {"holds": False, "verdict": "rejected", "observables": rows,
                            "pairs": [{"verdict": "holds"}, {"verdict": "rejected"}]},
            "finite_n/nlo": {"holds": False, "verdict": "unresolved", "reason": "1/D", "observables": rows[:1]}}}))
        self.assertTrue(comparison.rejected("finite_n/lo"))
        self.assertTrue(comparison.rejected("finite_n/lo", "heat_current"))
        self.assertFalse(comparison.rejected("finite_n/lo", "energy_1"))
        self.assertFalse(comparison.rejected("finite_n/nlo"))
        self.assertEqual(comparison.verdict("finite_n/nlo"), "not resolved: 1/D")
        self.assertEqual([comparison.verdict("finite_n/lo", pair) for pair in (None, 0, 1)], ["REJECTED", "holds", "REJECTED"])


class OtherPrograms(Files):
    def groups(self):
        found = [None]
        with h5py.File(self.file) as file:
            file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Group) else None)
        return found

    def test_xarray_opens_every_group_with_named_dimensions(self):
        import xarray

        for group in self.groups():
            with xarray.open_dataset(self.file, group=group, engine="h5netcdf") as data:
                self.assertLessEqual(set(data.sizes), {"pair", "system", "time", "time_2", "realization", "level"})
        with xarray.open_dataset(self.file, group="ensemble/observables/heat_current",
                                 engine="h5netcdf") as data:
            self.assertEqual(data["samples"].dims, ("realization", "pair", "time"))
            np.testing.assert_array_equal(data["mean"], rmtheat.open(self.file).observables["heat_current"].mean)

    def test_h5dump_reads_all_of_it(self):
        for option in ("-A", "-H"):
            shown = subprocess.run(["h5dump", option, str(self.file)], capture_output=True, text=True,
                                   check=True, timeout=60)
            self.assertEqual(shown.stderr, "")
            self.assertIn('DATASET "heat_current"', shown.stdout)


class Installed(Files):
    def test_package_installs_and_its_command_draws(self):
        """Into a folder of its own, with nothing fetched: the dependencies are the system's."""
        copy = self.directory / "package"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        target = self.directory / "target"
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps",
                        "--no-build-isolation", "--target", str(target), str(copy)],
                       check=True, timeout=120, capture_output=True)
        subprocess.run([str(target / "bin/rmtheat-plot"), str(self.file)], check=True, timeout=120,
                       env={**os.environ, "PYTHONPATH": str(target)}, capture_output=True)
        self.assertTrue((self.directory / "schema_1.png").stat().st_size > 10_000)


if __name__ == "__main__":
    unittest.main()
