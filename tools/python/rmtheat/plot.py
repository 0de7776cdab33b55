"""Panels and figures of results files, to use as they are or to build on.

    axes = plot.heat_current(results)             # a panel, in axes of its own or in those given
    figure = plot.overview(results)

Simulations are points with their standard errors, on top; predictions are lines below. The looks are
those of matplotlib's rcParams; plot.STYLE has the defaults of rmtheat-plot, plt.rcParams.update(plot.STYLE).
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.container import ErrorbarContainer

from . import display, scan as scans, statistics
from .style import (BLACK, BLUE, FAMILIES, GREEN, GREY, ORANGE, ORDERS, PAGE, PINK, RED, SERIES, SKY, STYLE,  # noqa: F401
                    axis_label, label_with_units, line_of)

# Points of a simulated curve that are drawn, at most.
POINTS = 40


def measured(axes, results, observable, pair=0, color=BLACK, label="simulation ± standard error", scale=1.0,
             points=POINTS, between=None, **style):
    """The mean at so many times at most, evenly spaced, between (first, last) where given, with its standard
    errors; nothing where the file has no ensemble."""
    curve = results.observables.get(observable)
    if curve is None:
        return
    inside = np.flatnonzero(_inside(results.time, between))
    shown = inside[::-(-len(inside) // points)]
    error = scale * curve.stderr[pair][shown] if results.realizations > 1 else None
    axes.errorbar(results.time[shown], scale * curve.mean[pair][shown], error,
                  **{"fmt": "o", "color": color, "label": label, "zorder": 3, "elinewidth": 0.8, **style})


def _inside(times, between):
    return np.ones(len(times), bool) if between is None else (times >= between[0]) & (times <= between[1])


def predicted(axes, results, observable, pair=0, names=None, scale=1.0, **style):
    """The predictions of these names ("finite_n/lo", ...), by default every one of the family that the
    simulation is to agree with, and those that exist for large N alone."""
    for name in names if names is not None else default_predictions(results):
        curve = results.predictions.get(name, {}).get(observable)
        if curve is not None:
            label, color, dashes = line_of(name)
            axes.plot(results.time, scale * curve[pair],
                      **{"color": color, "linestyle": dashes, "label": label, "zorder": 2, **style})


def default_predictions(results):
    tested = results.tested_family
    return [f"{family}/{order}" for family in FAMILIES for order in ORDERS
            if f"{family}/{order}" in results.predictions
            and (family == tested or f"{tested}/{order}" not in results.predictions and order == "kinetic")]


def finish(axes, results, ylabel, legend=True):
    """Zero line, limits, axis labels and legend of a panel over time."""
    axes.axhline(0.0, color=BLACK, linewidth=0.5, zorder=1)
    axes.set_xlim(results.time[0], results.time[-1])
    axes.set_xlabel(label_with_units("time $t$", "hbar / energy"))
    axes.set_ylabel(ylabel)
    if legend:
        put_legend(axes)


def put_legend(axes):
    """Simulations first."""
    entries = sorted(zip(*axes.get_legend_handles_labels()), key=lambda entry: not isinstance(entry[0], ErrorbarContainer))
    if entries:
        axes.legend(*zip(*entries))


def curve(results, observable, axes=None, pair=0, names=None, per_lambda2=False, between=None):
    """One observable against its predictions; over lambda^2 where asked for."""
    axes = axes or plt.subplots()[1]
    scale = results.attributes["coupling_strength"] ** -2 if per_lambda2 else 1.0
    measured(axes, results, observable, pair, scale=scale, between=between)
    predicted(axes, results, observable, pair, names, scale)
    finish(axes, results, axis_label(results, observable, per_lambda2))
    if between is not None:
        axes.set_xlim(between)
    return axes


def heat_current(results, axes=None, pair=0):
    """The heat current from system 2 into system 1 against the predictions."""
    return curve(results, "heat_current", axes, pair)


def work_power(results, axes=None, pair=0):
    """The power of the coupling on the pair against the predictions."""
    return curve(results, "work_power", axes, pair)


def conductance(results, axes=None, pair=0):
    """The thermal conductance at the mean inverse temperature against the predictions."""
    axes = curve(results, "conductance", axes, pair)
    axes.set_title(rf"at $\beta$ = {results.beta[pair].mean():g}")
    return axes


def currents(results, axes=None, pair=0):
    """The energy currents into both systems, with the leading order."""
    axes = axes or plt.subplots()[1]
    beta = results.beta[pair]
    for number, color in ((1, RED), (2, BLUE)):
        role = "cold" if beta[number - 1] == max(beta) else "hot"
        name = f"$J_{number}$, into the {role} system" if beta[0] != beta[1] else f"$J_{number}$, into system {number}"
        measured(axes, results, f"current_{number}", pair, color, name)
        predicted(axes, results, f"current_{number}", pair, [f"{results.tested_family}/lo"], color=BLACK, linewidth=0.9,
                  label="LO" if number == 2 else None)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.4 * (high - low))  # room for the legend
    finish(axes, results, label_with_units("energy current $J_i$", results.units("current_1")))
    return axes


def residuals(results, axes=None, pair=0, observable="heat_current", legend=True, names=None):
    """Simulation less prediction in standard errors; grey: two of them. By default the predictions of
    the family that the simulation is to agree with."""
    axes = axes or plt.subplots()[1]
    axes.axhspan(-2.0, 2.0, color="#E8E8E8", linewidth=0, zorder=0)
    if names is None:
        names = [f"{results.tested_family}/{order}" for order in ORDERS]
    for name in names:
        if observable in results.predictions.get(name, {}) and observable in results.observables:
            found = statistics.residuals(results, observable, name, pair)
            label, color, dashes = line_of(name)
            shown = np.isfinite(found)
            axes.plot(results.time[shown], found[shown], linestyle=dashes, color=color, label=label)
    finish(axes, results, "residual (standard errors)", legend)
    return axes


def with_residuals(results, observable, pair=0, names=None, per_lambda2=False, between=None):
    """Figure of one observable, with its residuals below."""
    width, height = plt.rcParams["figure.figsize"]
    figure, (top, bottom) = plt.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": (2, 1)},
                                         figsize=(width, 1.35 * height))
    curve(results, observable, top, pair, names, per_lambda2, between)
    top.set_xlabel("")
    residuals(results, bottom, pair, observable, legend=False,
              names=names or [name for name in default_predictions(results) if not name.endswith("kinetic")])
    bottom.set_ylabel("residual (std. err.)")
    if between is not None:
        bottom.set_xlim(between)
    return figure


def heading(results, pair=0):
    """What was simulated, in two lines."""
    beta = results.beta[pair]
    return (results.title.replace("; ", "\n", 1) + rf", $\beta_1$ = {beta[0]:g}, $\beta_2$ = {beta[1]:g}, "
            + display.ensemble(results))


def overview(results, pair=0):
    """Figure of one file: currents, heat current, work power, and, where the file has them, conductance
    and entropy production; residuals."""
    holds = {*results.observables, *(name for each in results.predictions.values() for name in each)}
    panels = [currents, heat_current, work_power, *([conductance] if "conductance" in holds else [])]
    if "entropy_production" in holds:
        panels.append(lambda results, axes, pair: curve(results, "entropy_production", axes, pair))
    panels += [residuals] if results.realizations > 1 and results.predictions else []
    rows = -(-len(panels) // 2)
    figure, places = plt.subplots(rows, 2, figsize=(PAGE, 2.3 * rows + 0.4), squeeze=False)
    for draw, axes in zip(panels, places.flat):
        draw(results, axes, pair)
        if axes is not places.flat[1] and draw is not currents and axes.get_legend():
            axes.get_legend().remove()  # that of the heat current says it
    if panels[-1] is residuals:
        places.flat[len(panels) - 1].set_title("heat current: simulation less prediction")
    for axes in places.flat[len(panels):]:
        axes.axis("off")
    figure.suptitle(heading(results, pair))
    return figure


def side_by_side(all_results, pair=0):
    """Figure of several files: heat current and residuals of each."""
    count = len(all_results)
    figure, panels = plt.subplots(2, count, figsize=(max(PAGE, 2.4 * count), 4.2), squeeze=False,
                                  gridspec_kw={"height_ratios": (2, 1)})
    for number, (results, heat, residual) in enumerate(zip(all_results, *panels)):
        heat_current(results, heat, pair).set_title(results.path.stem)
        residuals(results, residual, pair, legend=False)
        if number > 0:
            heat.get_legend().remove()
            heat.set_ylabel("")
            residual.set_ylabel("")
        heat.set_xlabel("")
    return figure


def names_of(all_results):
    """What tells each file from the others, in words: "λ = 0.2", or the file's name."""
    varying = [name for name in scans.varying(all_results) if name != "seed"]
    if not varying:
        return [results.path.stem for results in all_results]
    found = [scans.parameters(results) for results in all_results]
    return [", ".join(f"{scans.symbol(name).split(' (')[0]} = {each.get(name, '–')}" for name in varying)
            for each in found]


def overlay(all_results, observable="heat_current", axes=None, pair=0, names=None, per_lambda2=False, between=None):
    """One observable of several files; their predictions, by default the highest order that each has,
    as lines of the same colour."""
    axes = axes or plt.subplots()[1]
    shown = {}
    for results, label, color in zip(all_results, names_of(all_results), SERIES * len(all_results)):
        scale = results.attributes["coupling_strength"] ** -2 if per_lambda2 else 1.0
        measured(axes, results, observable, pair, color, label, scale, between=between)
        drawn = names if names is not None else _highest(results, observable)
        predicted(axes, results, observable, pair, drawn, scale, color=color, label=None)
        shown.update(dict.fromkeys(drawn))
    for name in shown:
        label, _, dashes = line_of(name)
        axes.plot([], [], color=BLACK, linestyle=dashes, label=label)
    longest = max(all_results, key=lambda results: results.time[-1])
    finish(axes, longest, axis_label(all_results[0], observable, per_lambda2))
    if between is not None:
        axes.set_xlim(between)
    return axes


def _highest(results, observable):
    held = [f"{results.tested_family}/{order}" for order in ("resummed", "nlo", "lo")
            if observable in results.predictions.get(f"{results.tested_family}/{order}", {})]
    return held[:1]


def _series(all_results, parameter):
    """Lists of files that differ in the parameter alone, or the seed, with what tells each from the others."""
    found = {}
    for results in all_results:
        others = scans.parameters(results)
        for name in (parameter, "seed", *(scans.ALIKE[parameter][:2] if parameter in scans.ALIKE else ())):
            others.pop(name, None)
        found.setdefault(repr(sorted(others.items())), []).append(results)
    several = list(found.values())
    firsts = [results[0] for results in several]
    differing = [name for name in scans.varying(firsts) if name not in (parameter, "seed")]
    labels = [", ".join(f"{scans.symbol(name).split(' (')[0]} = {scans.parameters(first).get(name, '–')}" for name in differing)
              for first in firsts]
    return list(zip(several, labels))


def scan(all_results, observable="heat_current", parameter=None, axes=None, pair=0, names=None, per_lambda2=False,
         window=None):
    """Mean of an observable over a window of times (first, last), by default the second half, against a
    parameter that varies: simulated, with its standard error, and predicted for the same times. Where others
    vary as well each of their combinations has a colour, and by default the highest order alone."""
    axes = axes or plt.subplots()[1]
    all_results = scans.in_order(all_results)
    parameter = parameter or scans.varying(all_results)[0]
    series = _series(all_results, parameter)
    values = [scans.value(results, parameter) for results in all_results]
    numbers = all(isinstance(value, (int, float)) for value in values)
    places = sorted(set(values)) if numbers else [*dict.fromkeys(map(str, values))]
    shown = {}
    for (members, label), series_color in zip(series, SERIES * len(series)):
        several = len(series) > 1
        x = np.array([scans.value(each, parameter) if numbers else places.index(str(scans.value(each, parameter)))
                      for each in members], dtype=float)
        weights = [statistics.late(each) if window is None else statistics.window(each, *window) for each in members]
        scales = [each.attributes["coupling_strength"] ** -2 if per_lambda2 else 1.0 for each in members]
        drawn = names if names is not None else _highest(members[0], observable) if several else default_predictions(members[0])
        for name in drawn:
            held = [k for k, each in enumerate(members) if observable in each.predictions.get(name, {})]
            words, color, dashes = line_of(name)
            line = {"linestyle": dashes} if numbers else {"linestyle": "none", "marker": "_", "markersize": 12}
            if held:
                shown[name] = (words, line)
                axes.plot(x[held], [scales[k] * members[k].predictions[name][observable][pair] @ weights[k] for k in held],
                          color=series_color if several else color, label=None if several else words, zorder=2, **line)
        done = [k for k, each in enumerate(members) if observable in each.observables]
        found = [statistics.measure(members[k], observable, weights[k], pair) * scales[k] for k in done]
        if found:
            axes.errorbar(x[done], [each.value for each in found], [np.nan_to_num(each.error) for each in found], fmt="o",
                          color=series_color if several else BLACK, label=label if several else "simulation ± standard error",
                          zorder=3, elinewidth=0.8)
    if len(series) > 1:
        for words, line in shown.values():
            axes.plot([], [], color=BLACK, label=words, **line)
    if not numbers:
        axes.set_xticks(range(len(places)), places)
    elif min(places) > 0 and max(places) / min(places) >= 8:
        axes.set_xscale("log")
        if len(places) <= 8:
            axes.set_xticks(places, [f"{value:g}" for value in places])
            axes.minorticks_off()
    elif all(isinstance(value, int) for value in places):
        axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(scans.symbol(parameter))
    axes.set_ylabel(axis_label(all_results[0], observable, per_lambda2))
    put_legend(axes)
    return axes
