"""Distributions of the energies of both systems, of a job with observables.distribution_times."""

import numpy as np

from .checked import member, numbers

TIMES = "distribution_time"


class Distribution:
    """Of one system's energy: `time` (distribution time), `mean` and `stderr`, probabilities (pair,
    distribution time, bin), `samples` likewise by realization, or None; `edges` (bin + 1), from -inf to
    inf, None where every level is a bin."""

    def __init__(self, file, number, one_realization):
        group = member(file, f"ensemble/distributions/energy_{number}")
        self.time = numbers(file, TIMES, (None,))
        self.mean = numbers(group, "mean", (None, len(self.time), None))
        self.stderr = numbers(group, "stderr", self.mean.shape, nan=one_realization)
        self.samples = numbers(group, "samples", (None, *self.mean.shape), nan=True) if "samples" in group else None
        edges = f"systems/{number}/bin_edges"
        self.edges = member(file, edges)[:] if edges in file else None

    def bin_of(self, energies):
        """The bin of each energy."""
        if self.edges is None:
            raise ValueError("Levels from a file are bins of their own.")
        return np.searchsorted(self.edges[1:-1], energies, side="right")


def of(file, realizations):
    """Those of systems 1 and 2; an empty list where the file has none."""
    if "ensemble/distributions" not in file:
        return []
    return [Distribution(file, number, realizations == 1) for number in (1, 2)]


def of_prediction(group):
    """Probabilities (pair, distribution time, bin) of systems 1 and 2; an empty list without."""
    if "distributions" not in group:
        return []
    return [numbers(group, f"distributions/energy_{number}", (None, None, None)) for number in (1, 2)]
