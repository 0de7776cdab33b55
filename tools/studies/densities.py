"""The four densities of states side by side: heat currents, and conductance against temperature."""

import matplotlib.pyplot as plt
import numpy as np
from rmtheat import plot

from rmtheat.statistics import difference, measure, threshold, window
from report import Report

# The first temperature pair of the INI is for the currents, the others have equal temperatures.
CURRENTS, FIRST_CONDUCTANCE = 0, 1
WINDOW = (3.0, 6.0)
ORDERS = {"lo": "The leading order", "nlo": "The next-to-leading order", "resummed": "The sum of all orders"}


def conductances(run):
    """Temperatures, and the mean conductance over the window at each: simulated, and by prediction."""
    results = run.results
    weights = window(results, *WINDOW)
    pairs = range(FIRST_CONDUCTANCE, len(results.beta))
    temperatures = 1.0 / results.beta[FIRST_CONDUCTANCE:, 0]
    simulated = [measure(results, "conductance", weights, pair) for pair in pairs]
    predicted = {name: curves["conductance"][FIRST_CONDUCTANCE:] @ weights
                 for name, curves in results.predictions.items()}
    return temperatures, simulated, predicted


def predicted_conductances(run):
    """Temperatures in rising order, and the mean conductance over the window by prediction."""
    weights = window(run.results, *WINDOW)
    order = np.argsort(1.0 / run.results.beta[:, 0])
    return (1.0 / run.results.beta[order, 0],
            {name: (curves["conductance"] @ weights)[order] for name, curves in run.results.predictions.items()})


def draw(study):
    figure, panels = plt.subplots(2, len(study.runs), figsize=(4.0 * len(study.runs), 7.4), sharey="row", squeeze=False)
    curves = {run["density"]: predicted_conductances(run) for run in study.predictions}
    for run, (top, bottom) in zip(study.runs, panels.T):
        results, scale = run.results, float(run.results.config["coupling"]["strength"]) ** -2
        names = [f"finite_n/{order}" for order in ORDERS]
        first = run is study.runs[0]
        plot.measured(top, results, "heat_current", CURRENTS, scale=scale)
        plot.predicted(top, results, "heat_current", CURRENTS, names, scale=scale)
        top.set_title(run["density"])
        plot.finish(top, results, r"heat current $J_Q/\lambda^2$ (1/ħ)" if first else "", legend=first)
        fine, predicted = curves[run["density"]]
        for name in names:
            label, color, dashes = plot.ORDERS[name.split("/")[1]]
            bottom.plot(fine, scale * predicted[name], dashes, color=color, label=label)
        label, color, dashes = plot.ORDERS["lo"]
        bottom.plot(fine, scale * predicted["large_n/lo"], dashes, color=color, linewidth=0.9, alpha=0.55,
                    label="LO, large N")
        temperatures, simulated, _ = conductances(run)
        bottom.errorbar(temperatures, [scale * k.value for k in simulated], [2 * scale * k.error for k in simulated],
                        fmt="o", markersize=4, color=plot.BLACK, capsize=3, label="simulation, ±2 standard errors")
        bottom.set_xscale("log")
        bottom.set_xticks([0.5, 1, 2, 4], ["0.5", "1", "2", "4"])
        bottom.minorticks_off()
        bottom.set_ylim(bottom=0.0)
        bottom.set_xlabel(r"temperature (energy/$k_B$)")
        if first:
            bottom.set_ylabel(r"conductance $\kappa/\lambda^2$ ($k_B$/(energy ħ))")
            bottom.legend()
    return figure


def report(study):
    page = Report(study.title, "Gaussian, uniform, semicircle and Gamma densities of states of the same variance: how do "
                  "their heat currents differ, how does their conductance depend on temperature, and which order of the "
                  "theory gives it?")
    comparisons = dict(zip((run["density"] for run in study.runs), study.compare_all()))
    for order, label in ORDERS.items():
        rows = [row for comparison in comparisons.values()
                for row in comparison.rows(f"finite_n/{order}", "conductance")]
        rejected = sum(row["verdict"] == "rejected" for row in rows)
        page.verdict(f"{label} gives the conductance of all densities at all temperatures", rejected == 0,
                     f"rejected at {rejected} of {len(rows)} (density, temperature); largest χ² per degree of freedom "
                     f"{max(row.get('chi2_per_dof', float('nan')) for row in rows):.3g} (rmtheat compare, 1 % in all)")

    heat_rows, heat = [], {}
    for run in study.runs:
        weights = window(run.results, *WINDOW)
        scale = float(run.results.config["coupling"]["strength"]) ** -2
        heat[run["density"]] = simulated = measure(run.results, "heat_current", weights, CURRENTS) * scale
        predicted = [scale * float(run.results.predictions[name]["heat_current"][CURRENTS] @ weights)
                     for name in ("finite_n/lo", "finite_n/nlo", "finite_n/resummed", "large_n/resummed")]
        heat_rows.append((run["density"], simulated, *predicted, f"{simulated.deviation(predicted[2]):+.1f}"))
    ranking = sorted(heat, key=lambda density: -heat[density].value)
    results = {run["density"]: run.results for run in study.runs}
    weights = window(study.runs[0].results, *WINDOW)
    gaps = [difference(results[a], results[b], "heat_current", weights, CURRENTS).deviation()
            for a, b in zip(ranking, ranking[1:])]
    if gaps:
        page.verdict("The densities' heat currents differ", min(gaps) > threshold(len(gaps)),
                     f"{' > '.join(ranking)}; neighbours apart by " + ", ".join(f"{gap:.1f}" for gap in gaps)
                     + f" standard errors of the difference, taken with the same couplings (needed: {threshold(len(gaps)):.1f})")

    right = [ORDERS[order].lower() for order in ORDERS
             if not any(c.rejected(f"finite_n/{order}", "conductance") for c in comparisons.values())]
    page.answered("J_Q/λ^2 is " + ", ".join(f"{heat[density]} ({density})" for density in ranking)
                  + f" per ħ, mean over {WINDOW[0]:g} ≤ t ≤ {WINDOW[1]:g}. The conductance is given by "
                  + (" and ".join(right) or "none of the orders") + " at all temperatures.")

    page.heading("Heat current and conductance")
    page.figure(draw(study), f"Top: heat current at β₁ = 1, β₂ = 0.3. Bottom: conductance, mean over {WINDOW[0]:g} ≤ t ≤ "
                f"{WINDOW[1]:g}, against temperature; all curves are means over the same times. "
                f"λ = {study.runs[0].results.config['coupling']['strength']}, N = {study.runs[0]['size']}; the predictions are "
                "for the levels used except where large N is said.")
    page.heading("Heat currents in numbers")
    page.table(("density", "simulated", "LO", "LO + NLO", "all orders", "all orders, large N", "dev. from all orders"), heat_rows,
               f"J_Q/λ^2 in 1/ħ, mean over {WINDOW[0]:g} ≤ t ≤ {WINDOW[1]:g}; predictions for the levels used. Deviation in standard errors.")
    page.heading("Conductance in numbers")
    rows = []
    for run in study.runs:
        scale = float(run.results.config["coupling"]["strength"]) ** -2
        temperatures, simulated, predicted = conductances(run)
        for k in np.argsort(temperatures):
            rows.append((run["density"], float(temperatures[k]), simulated[k] * scale,
                         *(float(scale * predicted[f"finite_n/{order}"][k]) for order in ORDERS),
                         f"{simulated[k].deviation(predicted['finite_n/resummed'][k]):+.1f}"))
    page.table(("density", "temperature (energy/k_B)", "simulated κ/λ^2 (k_B/(energy ħ))", "LO", "LO + NLO", "all orders", "dev. from all orders"), rows)
    return page
