"""Results files as an xarray.Dataset, one or a scan of them. xarray must be installed."""

import numpy as np

from . import display, scan

TIME = {"units": "hbar / energy"}


def dataset_of(results, samples=False, covariance=False):
    """For each observable NAME the variables NAME, NAME_stderr and NAME_predicted (prediction, pair,
    time), with units and descriptions as attributes; NAME_samples and NAME_covariance where asked
    for. Coordinates: time, pair with beta_1 and beta_2, realization with the samples, prediction; and
    as scalars the parameters of the job, coupling_strength, n1, n2, seed, ..., by which datasets of
    several files are put together (xarray.concat, or rmtheat.open_many). Of a file of pooled seeds
    (attribute pooled = 1) seed is a text with all of them, and with the samples origin_seed and
    origin_index (realization) tell where each comes from."""
    import xarray

    variables = {}
    names = sorted({*results.observables, *(name for p in results.predictions.values() for name in p)})
    for name in names:
        variables.update(_simulated(results, name, samples, covariance))
        if results.predictions:
            missing = np.full((len(results.beta), len(results.time)), np.nan)
            curves = np.stack([p.get(name, missing) for p in results.predictions.values()])
            variables[f"{name}_predicted"] = (("prediction", "pair", "time"), curves, {"units": results.units(name)})
    coordinates = {
        "time": ("time", results.time, TIME),
        "pair": np.arange(len(results.beta)),
        "beta_1": ("pair", results.beta[:, 0], {"units": "1 / energy"}),
        "beta_2": ("pair", results.beta[:, 1], {"units": "1 / energy"}),
        **{name: ((), each, _units(name)) for name in scan.PARAMETERS
           if (each := scan.value(results, name)) is not None},
    }
    if samples:
        coordinates["realization"] = results.indices
        if results.pooled:
            coordinates["origin_seed"] = ("realization", results.seeds)
            coordinates["origin_index"] = ("realization", results.origin_indices)
    if covariance:
        coordinates["time_2"] = ("time_2", results.time, TIME)
    if results.predictions:
        coordinates["prediction"] = list(results.predictions)
    attributes = {**results.attributes, "pooled": int(results.pooled), "file": str(results.path)}
    if results.pooled:
        attributes["seed"] = display.seeds(results)
    return xarray.Dataset(variables, coordinates, attributes)


def _units(name):
    return {"units": scan.PARAMETERS[name][1]}


def _simulated(results, name, samples, covariance):
    observable = results.observables.get(name)
    if observable is None:
        return
    words = {"units": observable.units, "description": observable.description}
    yield name, (("pair", "time"), observable.mean, words)
    yield f"{name}_stderr", (("pair", "time"), observable.stderr, words)
    if samples and observable.samples is not None:
        yield f"{name}_samples", (("realization", "pair", "time"), observable.samples, words)
    if covariance and observable.covariance is not None:
        yield (f"{name}_covariance", (("pair", "time", "time_2"), observable.covariance,
                                      {**words, "units": f"({observable.units})^2"}))


def open_many(paths, samples=False, covariance=False):
    """A scan as one Dataset. paths: results files, or a folder of them. Where one parameter varies it is
    the dimension of the scan; where several do, the dimension is `job`, with each as a coordinate
    along it (data.set_index(job=["coupling_strength", "n1"]).unstack() makes axes of them). What a
    file does not have, as a time or a prediction, is NaN. Raises ValueError where the pairs of inverse
    temperatures differ."""
    import xarray

    everything = scan.open_all(paths)
    first = everything[0]
    for other in everything[1:]:
        if not np.array_equal(first.beta, other.beta):
            raise ValueError(f"{other.path.name} has other inverse temperatures than {first.path.name}.")
    sets = [dataset_of(results, samples, covariance) for results in everything]
    # Of a given coupling or a band there are parameters that others lack.
    shared = set.intersection(*({str(name) for name in each.coords} for each in sets))
    sets = [each.drop_vars([name for name in each.coords if name not in shared]) for each in sets]
    data = xarray.concat(sets, "job", data_vars="all", coords="different", compat="equals", join="outer",
                         combine_attrs="drop_conflicts")
    data = data.assign_coords(file=("job", [str(results.path) for results in everything]))
    along = [name for name in scan.PARAMETERS if name in data.coords and data[name].dims == ("job",)]
    physics = [name for name in along if name != "seed"] or along
    if physics == ["n1", "n2"] and (data["n1"] == data["n2"]).all():
        physics = ["n1"]
    unique = len(physics) == 1 and len(np.unique(data[physics[0]])) == len(everything)
    return data.swap_dims(job=physics[0]) if unique else data
