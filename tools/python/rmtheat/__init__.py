"""Reads and draws results files of rmtheat, and writes systems of one's own.

    results = rmtheat.open("results.h5")
    results.observables["heat_current"].mean      # (pair, time), with .stderr beside it
    rmtheat.window_mean(results, "heat_current", 2, 6)    # with its error: 0.01201(7)
    results.to_xarray()                           # all of it as an xarray.Dataset
    rmtheat.open_many("scan/")                    # a scan, as one
    rmtheat.compare("results.h5").verdict("finite_n/nlo")
    options = rmtheat.write_pair("pair.h5", h1, h2, a, b)
"""

from . import scan, statistics
from .comparison import Comparison, compare
from .dataset import open_many
from .pair import write_pair
from .results import FormatError, Observable, Prediction, Results, System, open  # noqa: A004
from .statistics import Estimate, jackknife, late_mean, residuals, window_mean

__version__ = "0.1.0"

__all__ = ["Comparison", "Estimate", "FormatError", "Observable", "Prediction", "Results", "System", "compare",
           "jackknife", "late_mean", "open", "open_many", "residuals", "scan", "statistics", "window_mean", "write_pair"]
