"""Draws results files of rmtheat: currents, heat current against the predictions, work power and
residuals. One picture per file, and one of the noise where it has second moments; with several files also
one that compares their heat currents."""

import argparse
import functools
import pathlib
import sys

import matplotlib.pyplot as plt
import numpy as np

from . import results as results_module

# Okabe and Ito's palette, distinguishable with every common colour vision.
BLACK, ORANGE, SKY, GREEN, BLUE, RED, PINK = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7")

# Prediction: label, colour, dashes. `nlo` holds the full prediction to that order.
ORDERS = {
    "lo": ("LO", BLUE, "--"),
    "nlo": ("LO + NLO", ORANGE, "-."),
    "resummed": ("all orders", GREEN, "-"),
    "kinetic": ("kinetic limit", PINK, ":"),
}
FAMILIES = {"finite_n": "levels used", "large_n": "large N"}
STYLE = {
    "font.size": 10, "axes.titlesize": 10, "axes.grid": True, "grid.color": "#DDDDDD",
    "axes.axisbelow": True, "legend.fontsize": 8, "legend.framealpha": 0.9, "lines.linewidth": 1.4,
    "figure.constrained_layout.use": True, "savefig.dpi": 150,
    "axes.formatter.limits": (-3, 4), "axes.formatter.use_mathtext": True,
}


def styled(function):
    """The function with this module's style in place, whatever the caller's."""
    @functools.wraps(function)
    def wrapped(*arguments, **keywords):
        with plt.rc_context(STYLE):
            return function(*arguments, **keywords)
    return wrapped


def label_with_units(text, units):
    """An axis label: "heat current $J_Q$ (energy²/ħ)"."""
    readable = units.replace("hbar", "ħ").replace("^2", "²").replace(" / ", "/")
    return f"{text} ({readable})" if readable not in ("", "1") else text


def measured(axes, results, observable, pair=0, color=BLACK, label="simulation, ±2 standard errors",
             scale=1.0):
    """Mean with a band of two standard errors; nothing where the file has no ensemble."""
    curve = results.observables.get(observable)
    if curve is None:
        return
    mean, error = scale * curve.mean[pair], scale * curve.stderr[pair]
    axes.fill_between(results.time, mean - 2 * error, mean + 2 * error, color=color, alpha=0.25,
                      linewidth=0)
    axes.plot(results.time, mean, color=color, label=label)


def predicted(axes, results, observable, pair=0, names=None, scale=1.0, **style):
    """The predictions of these names ("finite_n/lo", ...), by default every one for the levels used
    and, thinner, of the large-N ones the leading order, which shows the effect of the size, and those
    that exist for large N alone."""
    for name in names if names is not None else _shown(results):
        curve = results.predictions.get(name, {}).get(observable)
        if curve is None:
            continue
        family, order = name.split("/")
        label, color, dashes = ORDERS[order]
        thin = names is None and family != results.tested_family
        line = {"color": color, "linestyle": dashes, "label": f"{label}, {FAMILIES[family]}",
                "linewidth": 1.2 if thin else 1.6, "alpha": 0.75 if thin else 1.0, **style}
        axes.plot(results.time, scale * curve[pair], **line)


def _shown(results):
    tested = results.tested_family
    for family in FAMILIES:
        for order in ORDERS:
            if family == tested or order == "lo" or f"{tested}/{order}" not in results.predictions:
                yield f"{family}/{order}"


def finish(axes, results, ylabel, legend=True):
    """Zero line, limits, axis labels and legend of a panel over time."""
    axes.axhline(0.0, color=BLACK, linewidth=0.6)
    axes.set_xlim(results.time[0], results.time[-1])
    axes.set_xlabel(label_with_units("time t", "hbar / energy"))
    axes.set_ylabel(ylabel)
    if legend and axes.get_legend_handles_labels()[0]:
        axes.legend()


@styled
def currents(results, axes=None, pair=0):
    """The energy currents into both systems, with the leading order."""
    axes = axes or plt.subplots()[1]
    beta = results.beta[pair]
    for number, color in ((1, RED), (2, SKY)):
        name = f"current_{number}"
        role = f"the {'colder' if beta[number - 1] == max(beta) else 'hotter'} system"
        measured(axes, results, name, pair, color,
                 f"$J_{number}$, into {role if beta[0] != beta[1] else f'system {number}'}")
        predicted(axes, results, name, pair, [f"{results.tested_family}/lo"], color=BLACK,
                  linewidth=0.9, label="LO" if number == 2 else None)
    axes.set_title("energy currents")
    finish(axes, results, label_with_units("current $J_i$", results.units("current_1")))
    return axes


def _against_predictions(results, axes, pair, observable, symbol, title):
    axes = axes or plt.subplots()[1]
    measured(axes, results, observable, pair)
    predicted(axes, results, observable, pair)
    axes.set_title(title)
    finish(axes, results, label_with_units(symbol, results.units(observable)))
    return axes


@styled
def heat_current(results, axes=None, pair=0):
    """The heat current from system 2 into system 1 against the predictions."""
    return _against_predictions(results, axes, pair, "heat_current", "heat current $J_Q$",
                                "heat current from system 2 into system 1")


@styled
def work_power(results, axes=None, pair=0):
    """The power of the coupling on the pair against the predictions."""
    return _against_predictions(results, axes, pair, "work_power", "work power $P_W$",
                                "power of the coupling on the pair")


@styled
def conductance(results, axes=None, pair=0):
    """The thermal conductance as a function of time against the predictions."""
    return _against_predictions(results, axes, pair, "conductance", r"conductance $\kappa$",
                                rf"conductance at $\beta$ = {results.beta[pair].mean():g}")


def _fluctuation(axes, results, quantity, function, pair, ylabel, title):
    """A panel of results.variance or results.bound_ratio, simulated and predicted."""
    mean, error = (values[pair] for values in function(None))
    axes.fill_between(results.time, mean - 2 * error, mean + 2 * error, color=BLACK, alpha=0.25,
                      linewidth=0)
    axes.plot(results.time, mean, color=BLACK, label="simulation, ±2 standard errors")
    for order, (label, color, dashes) in ORDERS.items():
        name = f"{results.tested_family}/{order}"
        if f"{quantity}_second_moment" in results.predictions.get(name, {}):
            axes.plot(results.time, function(name)[pair], dashes, color=color, label=label)
    axes.set_title(title)
    finish(axes, results, ylabel)


@styled
def noise(results, pair=0):
    """Figure of one file with second moments: the variances of heat and work, and the bound's ratio,
    at least 1 (dotted)."""
    figure, panels = plt.subplots(1, 3, figsize=(14, 4))
    for axes, quantity, symbol in ((panels[0], "heat", "Q"), (panels[1], "work", "W")):
        units = results.units(f"{quantity}_second_moment")
        _fluctuation(axes, results, quantity, functools.partial(results.variance, quantity), pair,
                     label_with_units(f"Var({symbol})", units), f"variance of the {quantity}")
    _fluctuation(panels[2], results, "entropy", results.bound_ratio, pair,
                 r"Var($\sigma$) (e$^\Sigma$ - 1) / (2 $\Sigma^2$)", "entropy: variance over its bound")
    panels[2].axhline(1.0, color=BLACK, linewidth=1.0, linestyle=":")
    return figure


@styled
def residuals(results, axes=None, pair=0, observable="heat_current", legend=True):
    """Simulation less prediction in standard errors; grey: two of them."""
    axes = axes or plt.subplots()[1]
    axes.axhspan(-2.0, 2.0, color="#EEEEEE", linewidth=0)
    curve = results.observables.get(observable)
    if curve is not None:
        mean, floor = curve.mean[pair], results.rounding_floor(observable, pair)
        error = np.maximum(curve.stderr[pair], floor)
        for order, (label, color, dashes) in ORDERS.items():
            prediction = results.predictions.get(f"{results.tested_family}/{order}", {})
            if observable in prediction:
                difference = mean - prediction[observable][pair]
                difference[np.abs(difference) <= floor] = 0.0
                # A difference where nothing fluctuates, as at t = 0, has no error bar to be drawn in.
                shown = (difference == 0.0) | (error > floor)
                axes.plot(results.time[shown], difference[shown] / error[shown], dashes, color=color,
                          label=label)
    axes.set_title(f"{observable.replace('_', ' ')}: simulation less prediction")
    finish(axes, results, "residual (standard errors)", legend)
    return axes


@styled
def overview(results, pair=0):
    """Figure of one file: currents, heat current, work power, residuals."""
    figure, panels = plt.subplots(2, 2, figsize=(11, 8))
    currents(results, panels[0, 0], pair)
    heat_current(results, panels[0, 1], pair)
    work_power(results, panels[1, 0], pair)
    residuals(results, panels[1, 1], pair)
    beta = results.beta[pair]
    figure.suptitle(results.title.replace("; ", "\n") + rf", $\beta_1$ = {beta[0]:g}, "
                    rf"$\beta_2$ = {beta[1]:g}, {results.realizations} realizations", fontsize=11)
    return figure


@styled
def side_by_side(all_results, pair=0):
    """Figure of several files: heat current and residuals of each."""
    count = len(all_results)
    figure, panels = plt.subplots(2, count, figsize=(3.6 * count, 6.4), squeeze=False,
                                  height_ratios=(2, 1))
    for results, heat, residual in zip(all_results, panels[0], panels[1]):
        heat_current(results, heat, pair).set_title(results.path.stem)
        residuals(results, residual, pair, legend=False).set_title("")
    figure.suptitle("heat current from system 2 into system 1", fontsize=11)
    return figure


def _save(figure, path):
    with plt.rc_context(STYLE):
        for suffix in (".png", ".pdf"):
            figure.savefig(path.with_name(path.name + suffix))
            print(path.with_name(path.name + suffix))
    plt.close(figure)


def main():
    parser = argparse.ArgumentParser(prog="rmtheat-plot", description=__doc__)
    parser.add_argument("files", nargs="+", metavar="results.h5")
    parser.add_argument("--output", type=pathlib.Path, metavar="DIR",
                        help="folder of the pictures, PNG and PDF (default: beside each file)")
    parser.add_argument("--pair", type=int, default=0, metavar="K",
                        help="index of the temperature pair, from 0 (default: 0)")
    arguments = parser.parse_args()

    plt.switch_backend("agg")
    all_results = []
    for path in arguments.files:
        try:
            results = results_module.open(path)
        except (OSError, ValueError) as error:
            print(f"rmtheat-plot: {error}", file=sys.stderr)
            return 2
        if not 0 <= arguments.pair < len(results.beta):
            print(f"rmtheat-plot: {path} has no temperature pair {arguments.pair}: there are "
                  f"{len(results.beta)}, from 0.", file=sys.stderr)
            return 2
        all_results.append(results)
    if arguments.output is not None:
        arguments.output.mkdir(parents=True, exist_ok=True)
    for results in all_results:
        _save(overview(results, arguments.pair),
              (arguments.output or results.path.parent) / results.path.stem)
        heat = results.observables.get("heat_second_moment")
        if heat is not None and heat.samples is not None and results.realizations > 1:
            _save(noise(results, arguments.pair),
                  (arguments.output or results.path.parent) / f"{results.path.stem}_noise")
    if len(all_results) > 1:
        _save(side_by_side(all_results, arguments.pair),
              (arguments.output or all_results[0].path.parent) / "heat_currents")
    return 0


if __name__ == "__main__":
    sys.exit(main())
