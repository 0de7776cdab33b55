"""Numbers with error bars from ensembles.

Everything measured on a curve here is linear in it, a sum over times with weights fixed beforehand:
evaluated in each realization by itself, it has the ensemble's mean and standard error, whatever the
correlations between times.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

SIGNIFICANCE = 0.01


@dataclass(frozen=True)
class Estimate:
    """A value and its standard error."""

    value: float
    error: float = 0.0

    def __str__(self):
        """For example "0.00960(8)", and 1.2 % of error as two digits: "0.960(12)"."""
        if not self.error > 0 or not math.isfinite(self.error):
            return f"{self.value:.4g}"
        exponent = math.floor(math.log10(self.error))
        digits = 1 - exponent if self.error / 10.0**exponent < 2.95 else -exponent
        size = math.floor(math.log10(abs(self.value))) if self.value else 0
        if -4 <= size < 5 and digits >= 0:
            return f"{self.value:.{digits}f}({round(self.error * 10**digits)})"
        shift = max(size, exponent)
        digits = max(digits + shift, 0)
        scaled = f"{self.value / 10.0**shift:.{digits}f}"
        return f"{scaled}({round(self.error * 10.0**(digits - shift))})e{shift:+03d}"

    def __sub__(self, other):
        other = _estimate(other)
        return Estimate(self.value - other.value, math.hypot(self.error, other.error))

    def __truediv__(self, other):
        other = _estimate(other)
        ratio = self.value / other.value
        if self.value == 0:
            return Estimate(0.0, abs(self.error / other.value))
        return Estimate(ratio, abs(ratio) * math.hypot(self.error / self.value,
                                                       other.error / other.value))

    def __mul__(self, factor):
        return Estimate(self.value * factor, self.error * abs(factor))

    def deviation(self, expected=0.0):
        """(self - expected) in standard errors of the difference."""
        difference = self - expected
        return difference.value / difference.error if difference.error > 0 else math.inf


def _estimate(value):
    return value if isinstance(value, Estimate) else Estimate(float(value))


def threshold(tests):
    """The largest of so many deviations that chance exceeds with a probability of 1 %, in standard
    errors (two-sided, Bonferroni)."""
    return NormalDist().inv_cdf(1.0 - SIGNIFICANCE / (2.0 * tests))


def measure(results, observable, weights, pair=0):
    """sum_t weights(t) curve(t) of the ensemble. weights: (time)."""
    values = results.observables[observable].samples[:, pair] @ weights
    values = values[np.isfinite(values)]
    return Estimate(values.mean(), values.std(ddof=1) / math.sqrt(len(values)))


def difference(results, other, observable, weights, pair=0):
    """measure(results) - measure(other) for ensembles with the same seed: the same couplings, so that
    the difference is taken in each realization and what both have in common cancels."""
    values = (results.observables[observable].samples[:, pair]
              - other.observables[observable].samples[:, pair]) @ weights
    values = values[np.isfinite(values)]
    return Estimate(values.mean(), values.std(ddof=1) / math.sqrt(len(values)))


def spread(results, observable, weights, pair=0):
    """Standard deviation of sum_t weights(t) curve(t) between realizations; its error is that for
    values with a normal distribution."""
    values = results.observables[observable].samples[:, pair] @ weights
    values = values[np.isfinite(values)]
    deviation = values.std(ddof=1)
    return Estimate(deviation, deviation / math.sqrt(2.0 * (len(values) - 1)))


def window(results, first, last):
    """Weights of the mean over the times first <= t <= last."""
    inside = (results.time >= first - 1e-9) & (results.time <= last + 1e-9)
    return inside / inside.sum()


def fit(results, first, last, powers):
    """Weights (power, time) of the least-squares fit sum_k c_k t^powers[k] to the times
    first <= t <= last: one row for each coefficient."""
    inside = (results.time >= first - 1e-9) & (results.time <= last + 1e-9)
    columns = results.time[inside, np.newaxis] ** np.asarray(powers, dtype=float)
    weights = np.zeros((len(powers), len(results.time)))
    weights[:, inside] = np.linalg.pinv(columns)
    return weights


def crossing(results, observable, level, pair=0):
    """The first time at which the mean falls below a level, by linear interpolation, with the error
    that the curve's standard error and slope there give. None where it does not."""
    curve = results.observables[observable]
    time = crossing_of(results.time, curve.mean[pair], level)
    if time is None:
        return None
    slope = np.interp(time, results.time, np.gradient(curve.mean[pair], results.time))
    error = np.interp(time, results.time, curve.stderr[pair])
    return Estimate(time, error / abs(slope))


def crossing_of(times, curve, level):
    """The first time at which a curve that has been above a level falls below it; None without."""
    above = np.flatnonzero(curve > level)
    if len(above) == 0:
        return None
    below = np.flatnonzero(curve[above[0]:] < level)
    if len(below) == 0:
        return None
    k = above[0] + below[0]
    share = (curve[k - 1] - level) / (curve[k - 1] - curve[k])
    return float(times[k - 1] + share * (times[k] - times[k - 1]))


def power_law(sizes, estimates):
    """Weighted fit of log |value| = c - p log(size): the exponent p with its error, and the fitted
    values' prefactor e^c."""
    x = np.log(np.asarray(sizes, dtype=float))
    y = np.log([abs(estimate.value) for estimate in estimates])
    weight = np.array([(estimate.value / estimate.error) ** 2 for estimate in estimates])
    columns = np.stack([np.ones_like(x), -x], axis=1)
    covariance = np.linalg.inv(columns.T @ (weight[:, np.newaxis] * columns))
    constant, exponent = covariance @ columns.T @ (weight * y)
    return Estimate(exponent, math.sqrt(covariance[1, 1])), math.exp(constant)
