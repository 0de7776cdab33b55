"""Figure of the noise: variances of heat and work, and the entropy's over its bound."""

import functools

import matplotlib.pyplot as plt

from .plot import POINTS, default_predictions, finish, heading
from .style import BLACK, PAGE, label_with_units, line_of


def _panel(axes, results, quantity, function, pair, ylabel):
    """results.variance or results.bound_ratio of a quantity, simulated and predicted."""
    mean, error = (values[pair] for values in function(None))
    every = max(1, len(mean) // POINTS)
    axes.errorbar(results.time[::every], mean[::every], error[::every], fmt="o", color=BLACK, zorder=3,
                  elinewidth=0.8, label="simulation ± standard error")
    for name in default_predictions(results):
        if f"{quantity}_second_moment" in results.predictions[name]:
            label, color, dashes = line_of(name)
            axes.plot(results.time, function(name)[pair], color=color, linestyle=dashes, label=label, zorder=2)
    finish(axes, results, ylabel, legend=False)


def has_noise(results):
    """Whether a file has what the figure takes: second moments of several realizations."""
    heat = results.observables.get("heat_second_moment")
    return heat is not None and heat.samples is not None and results.realizations > 1


def noise(results, pair=0):
    """Var(Q), Var(W), and Var(sigma) over the least that the mean allows, at least 1 (dotted)."""
    figure, panels = plt.subplots(1, 3, figsize=(PAGE, 2.6))
    for axes, quantity, symbol in ((panels[0], "heat", "Q"), (panels[1], "work", "W")):
        _panel(axes, results, quantity, functools.partial(results.variance, quantity), pair,
               label_with_units(f"Var({symbol})", results.units(f"{quantity}_second_moment")))
    _panel(panels[2], results, "entropy", results.bound_ratio, pair, r"Var($\sigma$) (e$^\Sigma$ - 1) / (2 $\Sigma^2$)")
    panels[2].axhline(1.0, color=BLACK, linewidth=1.0, linestyle=":")
    panels[1].legend(*panels[0].get_legend_handles_labels(), loc="lower right", fontsize="x-small")
    figure.suptitle(heading(results, pair))
    return figure
