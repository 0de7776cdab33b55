"""Reads and draws results files of rmtheat.

    results = rmtheat.open("results.h5")
    results.observables["heat_current"].mean      # (pair, time), with .stderr beside it
    results.to_xarray()                           # all of it as an xarray.Dataset
"""

from .results import FormatError, Observable, Prediction, Results, System, open  # noqa: A004

__all__ = ["FormatError", "Observable", "Prediction", "Results", "System", "open"]
