"""From weak to strong coupling: where each order of the theory holds."""

import matplotlib.pyplot as plt
from rmtheat import plot

from report import Report

ORDERS = ("lo", "nlo", "resummed")
OBSERVABLE = "heat_current"


def draw(tables):
    figure, panels = plt.subplots(1, len(tables), figsize=(5.2 * len(tables), 4.4), sharey=True, squeeze=False)
    for (size, table), axes in zip(tables.items(), panels[0]):
        strengths = sorted(table)
        for order, marker in zip(ORDERS, "svo"):
            label, color, dashes = plot.ORDERS[order]
            name = f"finite_n/{order}"
            axes.plot(strengths, [table[s].chi2(name, OBSERVABLE) for s in strengths], dashes, color=color, label=label)
            for strength in strengths:
                stands = not table[strength].rejected(name)
                axes.plot(strength, table[strength].chi2(name, OBSERVABLE), marker, color=color, markersize=7,
                          markerfacecolor=color if stands else "white")
        axes.axhline(1.0, color=plot.BLACK, linewidth=0.8)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(strengths, [f"{s:g}" for s in strengths])
        axes.minorticks_off()
        axes.set_xlabel(r"coupling strength $\lambda$ (energy)")
        axes.set_title(f"N = {size}, {table[strengths[0]].realizations} realizations")
        if axes is panels[0][0]:
            axes.set_ylabel(r"$\chi^2$ per degree of freedom, heat current")
            axes.legend()
    return figure


def report(study):
    page = Report(study.title, "The same pair of systems at growing coupling: up to where does each order of the theory hold?")
    tables = {}
    for run, comparison in zip(study.runs, study.compare_all()):
        tables.setdefault(run["size"], {})[run["strength"]] = comparison

    for size, table in tables.items():
        strengths = sorted(table)
        reach = {}
        for order in ORDERS:
            rejected = [s for s in strengths if table[s].rejected(f"finite_n/{order}")]
            reach[order] = min(rejected, default=float("inf"))
        words = {order: f"{plot.ORDERS[order][0]}: "
                        + (f"first rejected at λ = {first:g}" if first < float("inf") else f"not rejected up to λ = {strengths[-1]:g}")
                 for order, first in reach.items()}
        page.verdict(f"N = {size}: each order reaches farther than the one before",
                     reach["lo"] < reach["nlo"] < reach["resummed"], "; ".join(words.values()))
        page.verdict(f"N = {size}: all orders hold at every coupling", reach["resummed"] == float("inf"),
                     f"{words['resummed']}; χ² per degree of freedom of the heat current from "
                     f"{min(c.chi2('finite_n/resummed', OBSERVABLE) for c in table.values()):.2f} to "
                     f"{max(c.chi2('finite_n/resummed', OBSERVABLE) for c in table.values()):.2f}")

    reaches = []
    for size, table in tables.items():
        for order in ORDERS:
            rejected = [s for s in sorted(table) if table[s].rejected(f"finite_n/{order}")]
            held = [s for s in sorted(table) if not rejected or s < rejected[0]]
            reaches.append(f"{plot.ORDERS[order][0]} {f'up to λ = {held[-1]:g}' if held else 'at none of these couplings'} (N = {size})")
    page.answered("By these ensembles, which see a failure the earlier the less noise they have: " + ", ".join(reaches) + ".")

    page.heading("χ^2 against coupling strength")
    page.figure(draw(tables), "χ² per degree of freedom of the heat current, 1 expected where a prediction holds. Filled: no "
                "observable rejects the prediction; open: one does. Larger systems and ensembles have less noise and see each "
                "failure earlier.")
    page.table(("N", "λ", "realizations", *(plot.ORDERS[order][0] for order in ORDERS)),
               [(size, strength, comparison.realizations,
                 *(f"{comparison.chi2(f'finite_n/{order}', OBSERVABLE):.3g}"
                   f"{' rejected' if comparison.rejected(f'finite_n/{order}') else ''}" for order in ORDERS))
                for size, table in tables.items() for strength, comparison in sorted(table.items())],
               "χ^2 per degree of freedom of the heat current (Hotelling's test of rmtheat compare); rejected: by all observables "
               "together, at 1 % for all jobs of this study together.")
    return page
