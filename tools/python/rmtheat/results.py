"""A results file as numpy arrays with names and units.

Axes are always in this order: realization, pair (of temperatures), time, time_2.
"""

import configparser
import pathlib
import warnings
from collections.abc import Mapping
from functools import cached_property

import h5py
import numpy as np

from . import display, distributions, fluctuations
from .checked import (FormatError, damage_named, listed_attributes, member, numbers, plain,
                      require_digests, seal)
from .statistics import jackknife

SCHEMA = "rmtheat"
NEWEST_VERSION = 2


def open(path, trust=False):  # noqa: A001  (called as rmtheat.open)
    """The results file at this path, as Results. Raises OSError where there is no file that can be
    read and FormatError where it is no results file, one of a newer schema, damaged, or one in which
    something was changed since it was written; that is read all the same with `trust`. Where other
    programs have changed the file, but nothing that was written into it, a warning says so."""
    return Results(path, trust)


class Observable:
    """One observable of the ensemble: name, units, description, mean and stderr (pair, time)."""

    def __init__(self, path, group, shape, realizations):
        self._path = path
        self._file = group.file
        self._group = group.name
        self._realizations = realizations
        self.name = group.name.rsplit("/", 1)[1]
        mean = member(group, "mean")
        self._shape = (*shape, *mean.shape[len(shape):])
        self.mean = numbers(group, "mean", self._shape)
        self.stderr = numbers(group, "stderr", self._shape, nan=realizations == 1)
        self.units = plain(mean.attrs["units"])
        self.description = plain(mean.attrs["description"]).rsplit(",", 1)[0]

    @cached_property
    def samples(self):
        """Each realization, (realization, pair, time), NaN where it is not finished; None where the
        file does not hold them."""
        return self._read(f"{self._group}/samples", (None, *self._shape), nan=True)

    @cached_property
    def covariance(self):
        """Covariance of the mean between times, (pair, time, time_2); None while the run is not
        complete."""
        return self._read(f"ensemble/covariance/{self.name}", (*self._shape, self._shape[-1]),
                          nan=self._realizations == 1)

    @cached_property
    def raw_mean(self):
        """The mean before noise reduction, (pair, time); this and the next three are None where there
        was none."""
        return self._read(f"{self._group}/raw_mean", self._shape)

    @cached_property
    def raw_stderr(self):
        """The standard error before noise reduction, (pair, time)."""
        return self._read(f"{self._group}/raw_stderr", self._shape, nan=self._realizations == 1)

    @cached_property
    def raw_samples(self):
        """Each realization before noise reduction, (realization, pair, time)."""
        return self._read(f"{self._group}/raw_samples", (None, *self._shape), nan=True)

    @cached_property
    def variance_ratio(self):
        """Variance of a realization over that before noise reduction, (pair, time)."""
        return self._read(f"{self._group}/variance_ratio", self._shape)

    def __repr__(self):
        return f"<{self.name} ({self.units}): {self.description}; (pair, time) = {self.mean.shape}>"

    def _read(self, dataset, shape, nan=False):
        with damage_named(self._path):
            return numbers(self._file, dataset, shape, nan=nan) if dataset in self._file else None

    def require_samples(self, done):
        """Refuses mean and stderr that are not those of the samples."""
        if self.samples is None or not done.any():
            return
        if len(self.samples) != len(done) or not np.isfinite(self.samples[done]).all():
            raise FormatError(f"{self._group}/samples holds numbers that are not finite, or too few")
        scale = np.abs(self.samples[done]).max()
        expected = self.samples[done].mean(axis=0)
        error = self.samples[done].std(axis=0, ddof=1) / done.sum()**0.5 if done.sum() > 1 else self.stderr
        if not (np.abs(self.mean - expected) <= 1e-9 * scale).all() or (
                np.abs(self.stderr - error) > 1e-9 * scale).any():
            raise FormatError(f"{self._group} has a mean or an error that is not that of its samples")


class Prediction(Mapping):
    """One prediction: observable name -> curve (pair, time). `attributes` holds numbers by pair, for
    example "plateau", the long-time limit of the leading order's heat current; `distributions` those of
    both energies, see Results.distributions."""

    def __init__(self, path, group, shape):
        self._path = path
        self._file = group.file
        self._group = group.name
        self._shape = shape
        self._curves = {name: numbers(group, name, (*shape, *item.shape[len(shape):]))
                        for name, item in _members(group) if isinstance(item, h5py.Dataset)}
        self.attributes = {name: np.atleast_1d(group.attrs[name])
                           for name in listed_attributes(group.file, group.name)}
        self.distributions = distributions.of_prediction(group)

    def __getitem__(self, name):
        return self._curves[name]

    def __iter__(self):
        return iter(self._curves)

    def __len__(self):
        return len(self._curves)

    def __repr__(self):
        return f"<prediction {self._group.removeprefix('/predictions/')}: {', '.join(self)}>"

    def residual_covariance(self, name):
        """For random levels: covariance (pair, time, time_2) of the mean of (realization - its own
        prediction); None for others."""
        return self._beside("residual_covariance", name)

    def left_out(self, name):
        """Size (pair, time) of the corrections in 1/D that the prediction leaves out; None where it
        leaves out none."""
        return self._beside("left_out", name)

    def _beside(self, group, name):
        dataset = f"{self._group}/{group}/{name}"
        shape = (*self._shape, self._shape[-1]) if group == "residual_covariance" else self._shape
        with damage_named(self._path):
            return numbers(self._file, dataset, shape, nan=True) if dataset in self._file else None


class System:
    """One of the two systems: density of states with its parameters, placement of the levels, and the
    levels, (realization, level), one row where all realizations share them (None before the first)."""

    def __init__(self, group):
        attributes = {name: plain(group.attrs[name])
                      for name in listed_attributes(group.file, group.name)}
        self.density = attributes.pop("density")
        self.placement = attributes.pop("placement")
        self.random_levels = bool(attributes.pop("random_levels"))
        self.parameters = attributes
        self.levels = numbers(group, "levels", (None, None), nan=True) if "levels" in group else None


class Results:
    """A results file, as it was when it was opened: samples and covariances are read when they are
    asked for, from that file, also when a job has put a newer one in its place. The file is closed
    with the last of what was read from it, or by close() or a `with` block.

    time          (time), hbar / energy
    beta          (pair, 2), 1 / energy: inverse temperatures of systems 1 and 2
    observables   name -> Observable; empty for a file of predictions alone
    predictions   "finite_n/lo", ... -> Prediction; empty while the run is not complete
    systems       two System
    config        all of the job's options, configparser.ConfigParser
    status        "complete" or "partial"
    realizations  number of finished realizations
    indices       (realization), the index of each realization asked for
    seeds         (realization), the seed that each was drawn with, of the index origin_indices there
    pooled        whether the file is of several seeds (rmtheat merge --pool)
    attributes    the file's other attributes: n1, n2, coupling_strength, seed, ..., code_version,
                  git_commit, created, machine, ...
    """

    def __init__(self, path, trust=False):
        self.path = pathlib.Path(path).absolute()
        if self.path.is_file() and not h5py.is_hdf5(self.path):
            raise FormatError(f"{path} is no HDF5 file.")
        state = seal(self.path)
        if state == "broken" and not trust:
            raise FormatError(f"{path} has other bytes than when it was written; trust=True reads what is left.")
        with damage_named(self.path):
            self._file = h5py.File(self.path, "r")
            try:
                self._read(self._file, state, trust)
            except Exception:
                self._file.close()
                raise
        if state != "whole" and "digests" in self._file:
            warnings.warn(f"Other programs have changed {path}"
                          + (", which is trusted." if trust else ", but nothing that was written into it."),
                          stacklevel=3)

    def close(self):
        """What has not been read from the file by now cannot be read any more."""
        self._file.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __repr__(self):
        return display.text(self)

    def _repr_html_(self):
        return display.html(self)

    def _read(self, file, state, trust):
        _require_schema(file)
        if state != "whole" and not trust:
            require_digests(file)
        self.attributes = {name: plain(file.attrs[name]) for name in listed_attributes(file, "/")}
        self.status = self.attributes["status"]
        self.config = configparser.ConfigParser(interpolation=None)
        self.config.read_string(self.attributes["config"])
        self.time = numbers(file, "time", (None,))
        self.beta = numbers(file, "beta", (None, 2), nan=True)
        shape = (len(self.beta), len(self.time))
        self.indices = np.array([], dtype=int)
        if "realization" in file:
            self.indices = numbers(file, "realization", (None,), np.uint64)
        self.seeds = np.full(len(self.indices), self.attributes.get("seed", 0), dtype=np.uint64)
        self.origin_indices = self.indices
        self.pooled = "ensemble/origin_seed" in file
        if self.pooled:
            self.seeds, self.origin_indices = (numbers(file, f"ensemble/origin_{what}", self.indices.shape, np.uint64)
                                               for what in ("seed", "index"))
        self.systems = [System(member(file, f"systems/{number}")) for number in (1, 2)]
        if self.attributes["schema_version"] == 1:
            self.attributes.update(_job_of(self.config, self.systems))
            self.seeds[:] = self.attributes["seed"]
        self.realizations, self.observables = 0, {}
        if "ensemble" in file:
            ensemble = member(file, "ensemble")
            self.realizations = int(ensemble.attrs["realizations"])
            self.observables = {name: Observable(self.path, group, shape, self.realizations)
                                for name, group in _members(member(ensemble, "observables"))}
            if self.realizations and "heat_current" not in self.observables:
                raise FormatError("it holds no observable heat_current")
        self.distributions = distributions.of(file, self.realizations)
        families = _members(member(file, "predictions")) if "predictions" in file else ()
        self.predictions = {f"{family}/{order}": Prediction(self.path, group, shape)
                            for family, orders in families for order, group in _members(orders)}
        if state != "whole":
            self._require_consistent(file)

    def _require_consistent(self, file):
        if len(self.indices) == 0 or "ensemble/done" not in file:
            return
        done = numbers(file, "ensemble/done", (len(self.indices),), np.uint8) == 1
        if done.sum() != self.realizations or (np.diff(self.indices.astype(np.int64)) != 1).any():
            raise FormatError("its realizations are not numbered one by one, or not as many as it says")
        for observable in self.observables.values():
            observable.require_samples(done)

    @property
    def tested_family(self):
        """The family of predictions that the simulation is to agree with: "finite_n", those for the
        levels used, where the file has them."""
        families = {name.split("/")[0] for name in self.predictions}
        return "finite_n" if "finite_n" in families else "large_n"

    def rounding_floor(self, name, pair=0):
        """What rounding can do to an observable's mean: 1e-12 of the larger of its values and of the
        scale that the largest energy W in the problem gives it, as in `rmtheat compare`."""
        strength = abs(self.attributes["coupling_strength"])
        energies = [o.mean for o in self.observables.values() if o.units == "energy"]
        levels = [np.abs(system.levels).max() for system in self.systems if system.levels is not None]
        energy = strength + max(sum(np.abs(mean).max() for mean in energies), sum(levels))
        beta = np.abs(self.beta[pair]).max()
        scales = {"energy": energy, "energy^2 / hbar": energy**2, "energy^2": energy**2,
                  "k_B": beta * energy, "k_B^2": (beta * energy)**2,
                  "k_B energy / hbar": beta**2 * energy**3}
        observable = self.observables[name]
        return 1e-12 * max(scales.get(observable.units, 0.0), np.abs(observable.mean[pair]).max())

    def variance(self, quantity, prediction=None):
        """Var(Q), Var(W) or Var(sigma) for "heat", "work" or "entropy", of a job with
        observables.statistics: fluctuations.Curves with mean and stderr (pair, time), by the jackknife
        over the samples, or that of a prediction, (pair, time)."""
        return self._fluctuation(fluctuations.variance, quantity, prediction)

    def bound_ratio(self, prediction=None):
        """Var(sigma) (e^Sigma - 1) / (2 Sigma^2), Sigma = <sigma>, likewise: at least 1 for an ensemble
        whose V and transposed V are equally likely."""
        return self._fluctuation(fluctuations.bound_ratio, "entropy", prediction)

    def _fluctuation(self, function, quantity, prediction):
        if quantity not in fluctuations.QUANTITIES:
            raise ValueError(f"{quantity} has no variance here; the value must be one of "
                             f"{', '.join(fluctuations.QUANTITIES)}.")
        names = (f"{quantity}_second_moment", "energy_1", "energy_2")
        curves = self.observables if prediction is None else self.predictions[prediction]
        if names[0] not in curves:
            raise ValueError(f"{self.path} holds no {names[0]}"
                             + (f" of {prediction}." if prediction else ": observables.statistics was false."))
        share = self.attributes["work_share"]

        def derived(second_moment, energy_1, energy_2):
            energies = {"energy_1": energy_1, "energy_2": energy_2}
            return function(second_moment, fluctuations.mean_of(quantity, energies, share, self.beta))

        if prediction is not None:
            return derived(*(curves[name] for name in names))
        samples = [curves[name].samples for name in names]
        if samples[0] is None:
            raise ValueError(f"{self.path} holds no samples, which the error of a variance needs: "
                             "output.samples was false.")
        done = ~np.isnan(samples[0]).any(axis=(1, 2))
        if done.sum() < 2:
            raise ValueError(f"{self.path} holds {done.sum()} finished realizations; the error of a variance "
                             "needs 2.")
        found = jackknife(derived, *(values[done] for values in samples))
        return fluctuations.Curves(found.value, found.error)

    @property
    def title(self):
        """Systems and coupling in a line."""
        first, second = (self._system(number) for number in (1, 2))
        systems = f"two systems: {first}" if first == second else f"1: {first}; 2: {second}"
        return f"{systems}; {self._coupling()}, λ = {self.attributes['coupling_strength']:g}"

    def _coupling(self):
        about = self.attributes
        structure = about["structure"]
        if structure == "full":
            return f"{about['coupling_ensemble'].upper()} coupling"
        if structure == "products":
            return f"coupling by random products, K = {about['terms']}"
        if structure == "band":
            return (f"{about['coupling_ensemble'].upper()} coupling in a {about['profile']} band, "
                    f"Δ = {about['bandwidth']:g}")
        return "given coupling" if structure == "file" else f"{structure} coupling"

    def _system(self, number):
        system, size = self.systems[number - 1], self.attributes[f"n{number}"]
        parameters = ", ".join(f"{name.replace('_', ' ')} = {value:.4g}"
                               for name, value in system.parameters.items())
        return f"{system.density} ({parameters}), N = {size}, {system.placement} levels"

    def to_xarray(self, samples=False, covariance=False):
        """All of it as an xarray.Dataset, see rmtheat.dataset (xarray must be installed)."""
        from .dataset import dataset_of

        return dataset_of(self, samples, covariance)

    def units(self, name):
        """Units of an observable, simulated or predicted."""
        if name in self.observables:
            return self.observables[name].units
        for prediction in self.predictions:
            if name in self.predictions[prediction]:
                return plain(self._file["predictions"][prediction][name].attrs["units"])
        raise KeyError(name)


def _require_schema(file):
    """Refuses what is no results file that this package understands."""
    schema = plain(file.attrs.get("schema", ""))
    version = file.attrs.get("schema_version")
    if schema != SCHEMA or version is None:
        raise FormatError("it is no results file of rmtheat")
    if not 0 < version <= NEWEST_VERSION:
        raise FormatError(f"it has schema version {version}; this package reads 1 to {NEWEST_VERSION}")


def _members(group):
    """Those that the program has put into a group, by name."""
    listed = ""
    if "digests" in group.file:
        listed = plain(group.file["digests"].attrs["crc32"])
    return [(name, member(group, name)) for name in group
            if not listed or any(f" {group.name}/{name}{end}" in listed for end in "/@\n")]


def _job_of(config, systems):
    """The attributes that say what the job was, of a file of schema version 1, which has its options
    alone."""
    return {
        "n1": int(config["system1"]["size"]), "n2": int(config["system2"]["size"]),
        "density_1": systems[0].density, "density_2": systems[1].density,
        "levels_1": systems[0].placement, "levels_2": systems[1].placement,
        "coupling_strength": float(config["coupling"]["strength"]),
        "coupling_ensemble": config["coupling"]["ensemble"], "structure": "full",
        "seed": int(config["ensemble"]["seed"]),
        "first_realization": int(config["ensemble"]["first"]),
        "realizations_wanted": int(config["ensemble"]["realizations"]),
        "time_end": float(config["time"]["end"]), "time_steps": int(config["time"]["steps"]),
    }
