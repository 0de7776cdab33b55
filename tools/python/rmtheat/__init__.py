"""Reads and draws results files of rmtheat, and writes systems of one's own.

    results = rmtheat.open("results.h5")
    results.observables["heat_current"].mean      # (pair, time), with .stderr beside it
    results.to_xarray()                           # all of it as an xarray.Dataset
    options = rmtheat.write_pair("pair.h5", h1, h2, a, b)
"""

from .pair import write_pair
from .results import FormatError, Observable, Prediction, Results, System, open  # noqa: A004

__all__ = ["FormatError", "Observable", "Prediction", "Results", "System", "open", "write_pair"]
