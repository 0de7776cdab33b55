"""Check a results file's schema from outside: python test_schema.py WRITE_EXAMPLE.

WRITE_EXAMPLE is the program that writes the example of example_results.hpp to a file, which is read
with h5py.
"""

import math
import pathlib
import subprocess
import sys
import tempfile
import zlib

import h5py
import numpy as np

P, T, R, N1, N2 = 2, 4, 3, 3, 2
OBSERVABLES = {"energy_1": "energy", "heat_current": "energy^2 / hbar",
               "conductance": "k_B energy / hbar"}


def dimensions(dataset):
    """Names of the scales attached to each axis, and the axis' label, which must agree."""
    names = []
    for axis in dataset.dims:
        assert len(axis) == 1, (dataset.name, "axis without exactly one scale")
        scale = axis[0].name.rsplit("/", 1)[1]
        assert axis.keys() == [scale] and axis.label == scale, (dataset.name, axis.label, scale)
        assert axis[0].shape == (dataset.shape[axis._dimension],), (dataset.name, scale)
        names.append(scale)
    return tuple(names)


def expect(dataset, names, units):
    assert dimensions(dataset) == names, (dataset.name, dimensions(dataset), names)
    assert dataset.attrs["units"] == units, (dataset.name, dataset.attrs["units"])


def check_root(file):
    expected = {"schema": "rmtheat", "schema_version": 2, "code_version": "0.1.0",
                "git_commit": "0123abc", "created": "2026-01-02T03:04:05Z",
                "ranks": 4,
                "libraries": "some MPI; some BLAS", "machine": "node", "status": "partial",
                "work_share": 0.55,
                "n1": 3, "n2": 2, "density_1": "gaussian", "density_2": "uniform",
                "levels_1": "iid", "levels_2": "quantile",
                "coupling_strength": 0.1, "coupling_ensemble": "gue", "structure": "full",
                "seed": 1, "first_realization": 40, "realizations_wanted": 3,
                "time_end": 1.0, "time_steps": 3, "method": "lanczos, antithetic pairs"}
    attributes = dict(file.attrs)
    assert attributes.pop("config").startswith("[system1]\ndensity = gaussian\n")
    assert attributes == expected, attributes
    for name in ("n1", "n2", "seed", "first_realization", "realizations_wanted", "time_steps"):
        assert attributes[name].dtype == np.uint64, name
    assert set(file) == {"time", "time_2", "pair", "system", "realization", "beta", "systems",
                         "ensemble", "predictions", "digests"}, set(file)
    assert h5py.h5ds.is_scale(file["time"].id) and file["time"].attrs["units"] == "hbar / energy"
    np.testing.assert_array_equal(file["time"], [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0])
    np.testing.assert_array_equal(file["realization"], [40, 41, 42])
    expect(file["beta"], ("pair", "system"), "1 / energy")
    np.testing.assert_array_equal(file["beta"], [[1.0, 0.3], [0.5, -0.1]])


def check_systems(file):
    first, second = file["systems/1"], file["systems/2"]
    assert dict(first.attrs) == {"density": "gaussian", "placement": "iid", "random_levels": 1,
                                 "mean": 0.1, "sigma": 1.1}
    assert second.attrs["density"] == "uniform"
    assert second.attrs["half_width"] == math.sqrt(3.0)
    expect(first["levels"], ("realization", "level"), "energy")
    expect(second["levels"], ("level_set", "level"), "energy")  # "realization" is the root's
    assert first["levels"].shape == (R, N1) and second["levels"].shape == (1, N2)
    np.testing.assert_array_equal(first["levels"][0], [-1.0, 0.25, 1.5])
    assert np.isnan(first["levels"][1]).all()
    half = 0.5 * math.sqrt(3.0)
    np.testing.assert_array_equal(second["levels"][0], [-half, half])


def check_ensemble(file):
    ensemble = file["ensemble"]
    assert ensemble["done"].dtype == np.uint8
    np.testing.assert_array_equal(ensemble["done"], [1, 0, 1])
    expect(ensemble["done"], ("realization",), "1")
    assert ensemble.attrs["method"] == "lanczos, antithetic pairs"
    diagnostics = ensemble["diagnostics"]
    assert set(diagnostics) == {"lanczos_vectors", "lanczos_tail"}
    for dataset in diagnostics.values():
        expect(dataset, ("realization",), "1")
    np.testing.assert_array_equal(diagnostics["lanczos_vectors"], [70.0, np.nan, 72.0])
    assert set(ensemble["observables"]) == set(OBSERVABLES)
    for name, units in OBSERVABLES.items():
        group = ensemble["observables"][name]
        assert set(group) == {"mean", "stderr", "samples", "raw_mean", "raw_stderr", "raw_samples",
                              "variance_ratio"}
        expect(group["raw_samples"], ("realization", "pair", "time"), units)
        expect(group["variance_ratio"], ("pair", "time"), "1")
        raw = group["raw_stderr"][:]
        np.testing.assert_allclose(group["variance_ratio"][:][raw > 0],
                                   (group["stderr"][:] / raw)[raw > 0]**2, rtol=1e-12)
        expect(group["mean"], ("pair", "time"), units)
        expect(group["stderr"], ("pair", "time"), units)
        expect(group["samples"], ("realization", "pair", "time"), units)
        assert np.isnan(group["samples"][1]).all()
        assert np.isfinite(group["samples"][::2]).all()
        for dataset in group.values():
            assert ("work_share" in dataset.attrs) == (name == "heat_current")
    assert ensemble["observables/heat_current/mean"].attrs["work_share"] == 0.55
    samples = [np.sin(shift + 0.37 * np.arange(1, P * T + 1)).reshape(P, T) for shift in (0.0, 2.0)]
    np.testing.assert_allclose(ensemble["observables/energy_1/samples"][::2], samples, atol=1e-13)
    np.testing.assert_allclose(ensemble["observables/energy_1/mean"], sum(samples) / 2, atol=1e-13)
    control = ensemble["control_coefficients"]
    assert set(control) == {"energy", "rate"}
    expect(control["rate"], ("pair", "time"), "1")
    np.testing.assert_array_equal(control["rate"], 2 * [[1.0, 0.5, 0.25, 0.125]])
    covariance = ensemble["covariance"]
    assert set(covariance) == set(OBSERVABLES)
    expect(covariance["heat_current"], ("pair", "time", "time_2"), "(energy^2 / hbar)^2")


def check_predictions(file):
    predictions = file["predictions"]
    assert set(predictions) == {"large_n", "finite_n"}
    assert set(predictions["large_n"]) == {"lo", "nlo"}
    lo = predictions["large_n/lo"]
    assert set(lo) == set(OBSERVABLES)
    np.testing.assert_array_equal(lo.attrs["plateau"], [0.355, 0.211])
    assert lo["heat_current"].attrs["work_share"] == 0.55
    for name, units in OBSERVABLES.items():
        expect(lo[name], ("pair", "time"), units)
    residual = predictions["finite_n/lo/residual_covariance/energy_1"]
    expect(residual, ("pair", "time", "time_2"), "(energy)^2")
    expect(predictions["finite_n/lo/left_out/energy_1"], ("pair", "time"), "energy")


def check_no_group_redefines_a_dimension(file):
    """As trees of datasets need it: dimensions of the root are those of the groups below."""
    scales = []
    file.visititems(lambda name, item: scales.append(name)
                    if isinstance(item, h5py.Dataset) and h5py.h5ds.is_scale(item.id) else None)
    ours = {name for name in scales if "/" not in name}
    below = {name.rsplit("/", 1)[1] for name in scales if "/" in name}
    assert ours >= {"time", "pair", "realization"} and below >= {"level"}, scales
    assert not ours & below, (ours, below)


def check_everything_is_described(file):
    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            assert item.attrs["units"] and len(item.attrs["description"]) > 3, name

    file.visititems(visit)


def check_digests(path):
    """As docs/file_format.md says, without the package."""
    def crc(value):
        value = np.asarray(value)
        return zlib.crc32(np.array(value.shape, "<u8").tobytes() + value.tobytes())

    def crc_of_texts(value):
        return zlib.crc32("".join(f"{text}\0" for text in np.ravel(np.asarray(value, object))).encode())

    content, _, seal = path.read_bytes().rpartition(b"\nrmtheat results, CRC-32 ")
    assert seal == b"%08x\n" % zlib.crc32(content), seal
    with h5py.File(path, "r") as file:
        lines = file["digests"].attrs["crc32"].splitlines()
        digests = {place: int(digest, 16) for digest, place in (line.split(" ") for line in lines[:-1])}
        assert int(lines[-1], 16) == zlib.crc32("".join(f"{line}\n" for line in lines[:-1]).encode())
        assert digests["/time"] == crc(file["time"]), digests["/time"]
        assert digests["/ensemble/done"] == crc(file["ensemble/done"])
        assert digests["/@work_share"] == crc(file.attrs["work_share"])
        assert digests["/@config"] == crc_of_texts(file.attrs["config"])
        assert digests["/beta@DIMENSION_LABELS"] == crc_of_texts(["pair", "system"])
        listed = set(digests)

        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                assert f"/{name}" in listed, name
            for attribute in set(item.attrs) - {"DIMENSION_LIST", "REFERENCE_LIST", "crc32"}:
                assert f"/{name}@{attribute}" in listed, (name, attribute)

        file.visititems(visit)


def check_xarray(path):
    """Named dimensions and coordinates, as xarray sees them through h5netcdf where it is there."""
    try:
        import h5netcdf  # noqa: F401
        import xarray
    except ImportError:
        print("h5netcdf or xarray is not installed: dimensions were checked with h5py alone")
        return
    with xarray.open_dataset(path, group="ensemble/observables/energy_1",
                             engine="h5netcdf") as data:
        assert data["samples"].dims == ("realization", "pair", "time")
        assert data["mean"].attrs["units"] == "energy"


def main():
    writer = sys.argv[1]
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "results.h5"
        subprocess.run([writer, str(path)], check=True, timeout=60)
        with h5py.File(path, "r") as file:
            check_root(file)
            check_systems(file)
            check_ensemble(file)
            check_predictions(file)
            check_everything_is_described(file)
            check_no_group_redefines_a_dimension(file)
        check_digests(path)
        check_xarray(path)


if __name__ == "__main__":
    main()
