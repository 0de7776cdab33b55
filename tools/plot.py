"""Draws results files of rmtheat: currents, heat current against the predictions, work power and
residuals. One picture per file; with several files also one that compares their heat currents."""

import argparse
import configparser
import pathlib
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend must be chosen first)

# Okabe and Ito's palette, distinguishable with every common colour vision.
BLACK, ORANGE, SKY, GREEN, BLUE, RED, PINK = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7")

# Prediction: label, colour, dashes. `nlo` holds the full prediction to that order.
PREDICTIONS = {
    "lo": ("LO", BLUE, "--"),
    "nlo": ("LO + NLO", ORANGE, "-."),
    "resummed": ("all orders", GREEN, "-"),
    "kinetic": ("kinetic limit", PINK, ":"),
}
FAMILIES = {"finite_n": "levels used", "large_n": "large N"}
# Parameters that belong in a title, by density.
DENSITY_PARAMETERS = {
    "gaussian": ("sigma", "mean"),
    "uniform": ("half_width", "centre"),
    "semicircle": ("radius", "centre"),
    "gamma": ("shape", "scale"),
}
STYLE = {
    "font.size": 10, "axes.titlesize": 10, "axes.grid": True, "grid.color": "#DDDDDD",
    "axes.axisbelow": True, "legend.fontsize": 8, "legend.framealpha": 0.9, "lines.linewidth": 1.4,
    "figure.constrained_layout.use": True, "savefig.dpi": 150,
    "axes.formatter.limits": (-3, 4), "axes.formatter.use_mathtext": True,
}


class Curve:
    """Ensemble mean of one observable with its standard error, for one temperature pair."""

    def __init__(self, group, pair):
        self.mean = group["mean"][pair]
        self.stderr = group["stderr"][pair]
        self.units = _text(group["mean"].attrs.get("units", ""))


class Results:
    """What a picture needs of a results file, for one temperature pair."""

    def __init__(self, path, pair):
        self.path = pathlib.Path(path)
        with h5py.File(path, "r") as file:
            if _text(file.attrs.get("schema", "")) != "rmtheat":
                raise ValueError("not a results file of rmtheat")
            self.time = file["time"][:]
            self.time_units = _text(file["time"].attrs.get("units", ""))
            betas = file["beta"][:]
            if not 0 <= pair < len(betas):
                raise ValueError(f"no temperature pair {pair}: there are {len(betas)}, from 0")
            self.betas = betas[pair]
            self.config = configparser.ConfigParser(interpolation=None)
            self.config.read_string(_text(file.attrs["config"]))
            ensemble = file.get("ensemble", {})
            self.realizations = int(ensemble["done"][:].sum()) if "done" in ensemble else 0
            self.observables = {name: Curve(group, pair)
                                for name, group in ensemble.get("observables", {}).items()}
            self.predictions = {
                (family, order): {name: curve[pair] for name, curve in group.items()
                                  if isinstance(curve, h5py.Dataset) and curve.ndim == 2}
                for family, orders in file.get("predictions", {}).items()
                for order, group in orders.items()}

    def predicted(self, observable):
        """(family, order, curve) of each prediction of this observable, in a fixed order."""
        for family in FAMILIES:
            for order in PREDICTIONS:
                curve = self.predictions.get((family, order), {}).get(observable)
                if curve is not None:
                    yield family, order, curve

    def tested_family(self):
        """The predictions that residuals refer to: those for the levels actually used."""
        families = [family for family, _ in self.predictions]
        return "finite_n" if "finite_n" in families else "large_n"

    def title(self):
        lines = []
        systems = [self._system(number) for number in (1, 2)]
        if systems[0] == systems[1]:
            lines.append(f"two systems: {systems[0]}")
        else:
            lines.append(f"system 1: {systems[0]}; system 2: {systems[1]}")
        coupling = self.config["coupling"]
        lines.append(
            rf"{coupling['ensemble'].upper()} coupling, $\lambda$ = {float(coupling['strength']):g}, "
            rf"$\beta_1$ = {self.betas[0]:g}, $\beta_2$ = {self.betas[1]:g}, "
            f"{self.realizations} realizations")
        return "\n".join(lines)

    def _system(self, number):
        section = self.config[f"system{number}"]
        density = section["density"]
        parameters = ", ".join(f"{name.replace('_', ' ')} = {float(section[name]):.4g}"
                               for name in DENSITY_PARAMETERS.get(density, ()) if name in section)
        size = section.get("size", "?")
        placement = section.get("levels", "")
        return f"{density} ({parameters}), N = {size} {placement} levels".replace(" ()", "")


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def draw_measured(axes, results, observable, colour, label):
    """Mean with a band of two standard errors; nothing where the file has no ensemble."""
    curve = results.observables.get(observable)
    if curve is None:
        return
    axes.fill_between(results.time, curve.mean - 2 * curve.stderr, curve.mean + 2 * curve.stderr,
                      color=colour, alpha=0.25, linewidth=0)
    axes.plot(results.time, curve.mean, color=colour, label=label)


def draw_predicted(axes, results, observable):
    """Every prediction for the levels used; of the large-N ones the leading order, which shows the
    effect of the size, and those that exist for large N alone."""
    tested = {order for family, order in results.predictions if family == results.tested_family()}
    for family, order, curve in results.predicted(observable):
        label, colour, dashes = PREDICTIONS[order]
        thin = family != results.tested_family()
        if thin and order != "lo" and order in tested:
            continue
        axes.plot(results.time, curve, dashes, color=colour, linewidth=0.9 if thin else 1.6,
                  alpha=0.55 if thin else 1.0, label=f"{label}, {FAMILIES[family]}")


def finish(axes, results, symbol, observable=None, ylabel=None):
    curve = results.observables.get(observable)
    units = f" ({_with_hbar(curve.units)})" if curve is not None and curve.units else ""
    axes.axhline(0.0, color=BLACK, linewidth=0.6)
    axes.set_xlim(results.time[0], results.time[-1])
    axes.set_xlabel(f"time t ({_with_hbar(results.time_units)})")
    axes.set_ylabel(ylabel or f"{symbol}{units}")
    handles, _ = axes.get_legend_handles_labels()
    if handles:
        axes.legend()


def _with_hbar(units):
    return units.replace("hbar", r"$\hbar$").replace("^2", "²")


def draw_currents(axes, results):
    for number, colour in ((1, RED), (2, SKY)):
        name = f"current_{number}"
        role = "colder" if results.betas[number - 1] == max(results.betas) else "hotter"
        draw_measured(axes, results, name, colour, f"$J_{number}$, into the {role} system")
        for family, order, curve in results.predicted(name):
            if order == "lo" and family == results.tested_family():
                axes.plot(results.time, curve, PREDICTIONS[order][2], color=BLACK, linewidth=0.9,
                          label="LO" if number == 2 else None)
    axes.set_title("energy currents")
    finish(axes, results, "current $J_i$", "current_1")


def draw_against_predictions(axes, results, observable, title, symbol):
    draw_measured(axes, results, observable, BLACK, "simulation, ±2 standard errors")
    draw_predicted(axes, results, observable)
    axes.set_title(title)
    finish(axes, results, symbol, observable)


def draw_residuals(axes, results, observable="heat_current"):
    curve = results.observables.get(observable)
    axes.axhspan(-2.0, 2.0, color="#EEEEEE", linewidth=0)
    if curve is not None:
        # At t = 0 every realization agrees to rounding: that scatter is no error bar.
        fluctuates = curve.stderr > 1e-9 * curve.stderr.max()
        for family, order, predicted in results.predicted(observable):
            if family == results.tested_family():
                label, colour, dashes = PREDICTIONS[order]
                axes.plot(results.time[fluctuates],
                          ((curve.mean - predicted)[fluctuates] / curve.stderr[fluctuates]), dashes,
                          color=colour, label=label)
    axes.set_title("heat current: simulation less prediction")
    finish(axes, results, "", ylabel="residual (standard errors)")


def save(figure, path):
    for suffix in (".png", ".pdf"):
        figure.savefig(path.with_name(path.name + suffix))
        print(path.with_name(path.name + suffix))
    plt.close(figure)


def draw_file(results, output):
    figure, panels = plt.subplots(2, 2, figsize=(11, 8))
    draw_currents(panels[0, 0], results)
    draw_against_predictions(panels[0, 1], results, "heat_current",
                             "heat current from system 2 into system 1", "heat current $J_Q$")
    draw_against_predictions(panels[1, 0], results, "work_power",
                             "power of the coupling on the pair", "work power $P_W$")
    draw_residuals(panels[1, 1], results)
    figure.suptitle(results.title(), fontsize=11)
    save(figure, output / results.path.stem)


def draw_overview(all_results, output):
    count = len(all_results)
    figure, panels = plt.subplots(2, count, figsize=(3.6 * count, 6.4), squeeze=False,
                                  height_ratios=(2, 1))
    for results, heat, residual in zip(all_results, panels[0], panels[1]):
        draw_against_predictions(heat, results, "heat_current", results.path.stem,
                                 "heat current $J_Q$")
        draw_residuals(residual, results)
        residual.set_title("")
        residual.get_legend() and residual.get_legend().remove()
    figure.suptitle("heat current from system 2 into system 1", fontsize=11)
    save(figure, output / "heat_currents")


def main():
    parser = argparse.ArgumentParser(prog="tools/plot", description=__doc__)
    parser.add_argument("files", nargs="+", metavar="results.h5")
    parser.add_argument("--output", type=pathlib.Path, metavar="DIR",
                        help="folder of the pictures, PNG and PDF (default: beside each file)")
    parser.add_argument("--pair", type=int, default=0, metavar="K",
                        help="index of the temperature pair, from 0 (default: 0)")
    arguments = parser.parse_args()

    all_results = []
    for path in arguments.files:
        try:
            all_results.append(Results(path, arguments.pair))
        except (OSError, KeyError, ValueError, configparser.Error) as error:
            print(f"tools/plot: {path}: {error}", file=sys.stderr)
            return 2
    if arguments.output is not None:
        arguments.output.mkdir(parents=True, exist_ok=True)
    with plt.rc_context(STYLE):
        for results in all_results:
            draw_file(results, arguments.output or results.path.parent)
        if len(all_results) > 1:
            draw_overview(all_results, arguments.output or all_results[0].path.parent)
    return 0


if __name__ == "__main__":
    sys.exit(main())
