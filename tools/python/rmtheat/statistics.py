"""Numbers with error bars from ensembles.

Everything measured on a curve here is linear in it, a sum over times with weights fixed beforehand:
evaluated in each realization by itself, it has the ensemble's mean and standard error, whatever the
correlations between times. What is not linear, as a ratio, goes through `jackknife`.

    heat = rmtheat.window_mean(results, "heat_current", 2, 6)     # 0.01201(7)
    heat.value, heat.error, heat.deviation(0.012)
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


def _values(results, observable, weights, pair):
    """sum_t weights(t) curve(t) of each finished realization; None where the file has no samples."""
    samples = results.observables[observable].samples
    if samples is None:
        return None
    values = samples[:, pair] @ weights
    return values[np.isfinite(values)]


def _mean(values):
    """With the standard error, which is NaN for one realization."""
    if len(values) < 2:
        return Estimate(float(values.mean()), math.nan)
    return Estimate(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values)))


def measure(results, observable, weights, pair=0):
    """sum_t weights(t) curve(t) of the ensemble. weights: (time). From the realizations, or, in a file
    without them, from mean and covariance."""
    values = _values(results, observable, weights, pair)
    if values is not None:
        return _mean(values)
    curve = results.observables[observable]
    if curve.covariance is None:
        raise ValueError(f"{results.path} has neither samples nor the covariance of {observable}, so that a mean "
                         "over times has no error.")
    return Estimate(float(curve.mean[pair] @ weights),
                    math.sqrt(max(0.0, float(weights @ curve.covariance[pair] @ weights))))


def window_mean(results, observable, first, last, pair=0):
    """Mean over the times first <= t <= last."""
    return measure(results, observable, window(results, first, last), pair)


def late_mean(results, observable, pair=0):
    """Mean over the second half of the times, the late mean of `rmtheat compare`."""
    return measure(results, observable, late(results), pair)


def jackknife(function, *samples):
    """function(means) with its error, for means that enter not linearly: (R) or (R, ...) values of R
    realizations each, paired by realization; an Estimate of numbers, or of arrays where the function
    gives such. Each realization is left out once, which takes the bias of order 1/R away and gives the
    standard error (Tukey 1958)."""
    samples = [np.asarray(each, dtype=float) for each in samples]
    count = len(samples[0])
    if count < 2 or any(len(each) != count for each in samples):
        raise ValueError("jackknife: the samples must be of the same two or more realizations.")
    without = np.array([function(*means) for means in
                        zip(*((each.sum(axis=0) - each) / (count - 1) for each in samples))])
    average = without.mean(axis=0)
    value = count * function(*(each.mean(axis=0) for each in samples)) - (count - 1) * average
    error = np.sqrt((count - 1) / count * ((without - average) ** 2).sum(axis=0))
    return Estimate(value, error) if np.ndim(value) else Estimate(float(value), float(error))


def _paired(results, other, observable, weights, pair):
    """Of both, for the realizations that both have of one seed and index."""
    place = {origin: k for k, origin in enumerate(zip(results.seeds.tolist(), results.origin_indices.tolist()))}
    alike = [(place[origin], k) for k, origin in enumerate(zip(other.seeds.tolist(), other.origin_indices.tolist()))
             if origin in place]
    if not alike:
        raise ValueError(f"{results.path} and {other.path} have no realization of the same seed and index.")
    both = np.stack([each.observables[observable].samples[list(rows), pair] @ weights
                     for each, rows in zip((results, other), zip(*alike))])
    return both[:, np.isfinite(both).all(axis=0)]


def difference(results, other, observable, weights, pair=0):
    """measure(results) - measure(other) for ensembles with the same seed: the same couplings, so that
    the difference is taken in each realization and what both have in common cancels."""
    ours, theirs = _paired(results, other, observable, weights, pair)
    return _mean(ours - theirs)


def ratio(results, other, observable, weights, pair=0):
    """measure(results) / measure(other) for ensembles with the same seed, whose common part cancels."""
    return jackknife(lambda ours, theirs: ours / theirs, *_paired(results, other, observable, weights, pair))


def residuals(results, observable, prediction, pair=0):
    """(mean - prediction) / standard error, (time), for a prediction's name, "finite_n/lo". Differences
    that rounding may make are 0; NaN where they are more, but the standard error is rounding."""
    curve, floor = results.observables[observable], results.rounding_floor(observable, pair)
    difference = curve.mean[pair] - results.predictions[prediction][observable][pair]
    difference[np.abs(difference) <= floor] = 0.0
    error = curve.stderr[pair]
    return np.where((difference == 0.0) | (error > floor), difference / np.maximum(error, floor), np.nan)


def spread(results, observable, weights, pair=0):
    """Standard deviation of sum_t weights(t) curve(t) between realizations; its error is that for
    values with a normal distribution."""
    values = _values(results, observable, weights, pair)
    deviation = float(values.std(ddof=1))
    return Estimate(deviation, deviation / math.sqrt(2.0 * (len(values) - 1)))


def window(results, first, last):
    """Weights of the mean over the times first <= t <= last."""
    inside = (results.time >= first - 1e-9) & (results.time <= last + 1e-9)
    return inside / inside.sum()


def late(results):
    """Weights of the mean over the second half of the times."""
    late = np.arange(len(results.time)) >= len(results.time) // 2
    return late / late.sum()


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
