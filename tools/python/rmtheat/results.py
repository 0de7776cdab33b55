"""A results file as numpy arrays with names and units.

Axes are always in this order: realization, pair (of temperatures), time, time_2.
"""

import configparser
import pathlib
from collections.abc import Mapping
from functools import cached_property

import h5py
import numpy as np

from . import display, distributions, fluctuations

SCHEMA = "rmtheat"
NEWEST_VERSION = 2


class FormatError(ValueError):
    """The file is none that this package reads; the message is one sentence that says why."""


def open(path):  # noqa: A001  (called as rmtheat.open)
    """The results file at this path, as Results. Raises OSError where there is no file that can be
    read and FormatError where it is no results file, or one of a newer schema."""
    return Results(path)


class Observable:
    """One observable of the ensemble: name, units, description, mean and stderr (pair, time)."""

    def __init__(self, file, group):
        self._file = file
        self._group = group.name
        self.name = group.name.rsplit("/", 1)[1]
        self.units = _text(group["mean"].attrs["units"])
        self.description = _text(group["mean"].attrs["description"]).rsplit(",", 1)[0]
        self.mean = group["mean"][:]
        self.stderr = group["stderr"][:]

    @cached_property
    def samples(self):
        """Each realization, (realization, pair, time), NaN where it is not finished; None where the
        file does not hold them."""
        return self._read(f"{self._group}/samples")

    @cached_property
    def covariance(self):
        """Covariance of the mean between times, (pair, time, time_2); None while the run is not
        complete."""
        return self._read(f"ensemble/covariance/{self.name}")

    @cached_property
    def raw_mean(self):
        """The mean before noise reduction, (pair, time); this and the next three are None where there
        was none."""
        return self._read(f"{self._group}/raw_mean")

    @cached_property
    def raw_stderr(self):
        """The standard error before noise reduction, (pair, time)."""
        return self._read(f"{self._group}/raw_stderr")

    @cached_property
    def raw_samples(self):
        """Each realization before noise reduction, (realization, pair, time)."""
        return self._read(f"{self._group}/raw_samples")

    @cached_property
    def variance_ratio(self):
        """Variance of a realization over that before noise reduction, (pair, time)."""
        return self._read(f"{self._group}/variance_ratio")

    def __repr__(self):
        return f"<{self.name} ({self.units}): {self.description}; (pair, time) = {self.mean.shape}>"

    def _read(self, dataset):
        return self._file[dataset][:] if dataset in self._file else None


class Prediction(Mapping):
    """One prediction: observable name -> curve (pair, time). `attributes` holds numbers by pair, for
    example "plateau", the long-time limit of the leading order's heat current; `distributions` those of
    both energies, see Results.distributions."""

    def __init__(self, file, group):
        self._file = file
        self._group = group.name
        self._curves = {name: item[:] for name, item in group.items()
                        if isinstance(item, h5py.Dataset)}
        self.attributes = {name: np.atleast_1d(value) for name, value in group.attrs.items()}
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
        return self._file[dataset][:] if dataset in self._file else None


class System:
    """One of the two systems: density of states with its parameters, placement of the levels, and the
    levels, (realization, level), one row where all realizations share them (None before the first)."""

    def __init__(self, group):
        attributes = {name: _plain(value) for name, value in group.attrs.items()}
        self.density = attributes.pop("density")
        self.placement = attributes.pop("placement")
        self.random_levels = bool(attributes.pop("random_levels"))
        self.parameters = attributes
        self.levels = group["levels"][:] if "levels" in group else None


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
    attributes    the file's other attributes: n1, n2, coupling_strength, seed, ..., code_version,
                  git_commit, created, machine, ...
    """

    def __init__(self, path):
        self.path = pathlib.Path(path).absolute()
        self._file = _open_checked(pathlib.Path(path))
        try:
            self._read(self._file)
        except Exception as error:
            self._file.close()
            if isinstance(error, (KeyError, ValueError, OSError, configparser.Error)):
                raise FormatError(f"{path} is damaged: {_sentence(error)}.") from error
            raise

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

    def _read(self, file):
        self.attributes = {name: _plain(value) for name, value in file.attrs.items()}
        self.status = self.attributes["status"]
        self.config = configparser.ConfigParser(interpolation=None)
        self.config.read_string(self.attributes["config"])
        self.time = file["time"][:]
        self.beta = file["beta"][:]
        self.indices = file["realization"][:] if "realization" in file else np.array([], dtype=int)
        self.systems = [System(file[f"systems/{number}"]) for number in (1, 2)]
        if self.attributes["schema_version"] == 1:
            self.attributes.update(_job_of(self.config, self.systems))
        ensemble = file.get("ensemble", {})
        self.realizations = int(ensemble.attrs["realizations"]) if ensemble else 0
        self.observables = {name: Observable(file, group)
                            for name, group in ensemble.get("observables", {}).items()}
        self.distributions = distributions.of(file)
        self.predictions = {f"{family}/{order}": Prediction(file, group)
                            for family, orders in file.get("predictions", {}).items()
                            for order, group in orders.items()}

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
        observables.statistics: a fluctuations.Estimate with mean and stderr (pair, time), by the jackknife
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
        return fluctuations.jackknife(derived, *(values[done] for values in samples))

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
                return _text(self._file["predictions"][prediction][name].attrs["units"])
        raise KeyError(name)


def _open_checked(path):
    """The open file, if it is a results file that this package understands."""
    if path.is_file() and not h5py.is_hdf5(path):
        raise FormatError(f"{path} is no HDF5 file.")
    file = h5py.File(path, "r")
    schema = _text(file.attrs.get("schema", ""))
    version = file.attrs.get("schema_version")
    message = None
    if schema == f"{SCHEMA}-sweep":
        message = f"{path} holds the predictions of a sweep, not the results of a job."
    elif schema != SCHEMA or version is None:
        message = f"{path} is no results file of rmtheat."
    elif version > NEWEST_VERSION:
        message = (f"{path} has schema version {version}, newer than version {NEWEST_VERSION}, the "
                   "newest that this package reads.")
    if message:
        file.close()
        raise FormatError(message)
    return file


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


def _plain(value):
    """An HDF5 attribute as a Python string or number."""
    if isinstance(value, (bytes, str)):
        return _text(value)
    return value.item() if isinstance(value, np.generic) else value


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def _sentence(error):
    return str(error.args[0] if error.args else error).strip().rstrip(".").splitlines()[0]
