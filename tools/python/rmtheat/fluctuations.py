"""Fluctuations of what two measurements of both energies, at time 0 and at t, find: of the heat Q, the
work W and the entropy sigma = beta_1 DeltaE_1 + beta_2 DeltaE_2."""

from typing import NamedTuple

import numpy as np

QUANTITIES = ("heat", "work", "entropy")


class Curves(NamedTuple):
    """Of a function of ensemble averages: its value and standard error, (pair, time)."""

    mean: np.ndarray
    stderr: np.ndarray


def mean_of(quantity, curves, work_share, beta):
    """<Q>, <W> or <sigma> from curves "energy_1" and "energy_2" over (..., pair, time)."""
    changes = [curves[name] - curves[name][..., :1] for name in ("energy_1", "energy_2")]
    weights = {"heat": (1.0 - work_share, -work_share), "work": (1.0, 1.0),
               "entropy": (beta[:, :1], beta[:, 1:])}[quantity]
    return weights[0] * changes[0] + weights[1] * changes[1]


def variance(second_moment, mean):
    return second_moment - mean**2


def bound_ratio(second_moment, mean):
    """Var(sigma) (e^Sigma - 1) / (2 Sigma^2), NaN where Sigma = <sigma> is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(mean == 0.0, np.nan,
                        variance(second_moment, mean) * np.expm1(mean) / (2.0 * mean**2))
