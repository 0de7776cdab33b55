"""Distributions of the energies of both systems, of a job with observables.distribution_times."""

import numpy as np

TIMES = "distribution_time"


class Distribution:
    """Of one system's energy: `time` (distribution time), `mean` and `stderr`, probabilities (pair,
    distribution time, bin), `samples` likewise by realization, or None; `edges` (bin + 1), from -inf to
    inf, None where every level is a bin."""

    def __init__(self, file, number):
        group = file[f"ensemble/distributions/energy_{number}"]
        self.time = file[TIMES][:]
        self.mean = group["mean"][:]
        self.stderr = group["stderr"][:]
        self.samples = group["samples"][:] if "samples" in group else None
        edges = f"systems/{number}/bin_edges"
        self.edges = file[edges][:] if edges in file else None

    def bin_of(self, energies):
        """The bin of each energy."""
        if self.edges is None:
            raise ValueError("Levels from a file are bins of their own.")
        return np.searchsorted(self.edges[1:-1], energies, side="right")


def of(file):
    """Those of systems 1 and 2; an empty list where the file has none."""
    return [Distribution(file, number) for number in (1, 2)] if "ensemble/distributions" in file else []


def of_prediction(group):
    """Probabilities (pair, distribution time, bin) of systems 1 and 2; an empty list without."""
    found = group.get("distributions")
    return [] if found is None else [found[f"energy_{number}"][:] for number in (1, 2)]
