"""The plateau of the heat current: its height, its slope, and where it ends."""

import matplotlib.pyplot as plt
from rmtheat import plot

from rmtheat.statistics import crossing, crossing_of, fit, measure, threshold
from report import Report

# The straight line a + b t is fitted to these times: after the switching on, before the decay at the
# weakest coupling.
FIT = (3.0, 12.0)
OBSERVABLE = "heat_current"
ORDERS = {"lo": "LO", "nlo": "LO + NLO", "resummed": "all orders"}


def draw_plateaus(study):
    columns = 3
    rows = -(-(len(study.runs) + 1) // columns)  # one panel more, for the legend
    figure, panels = plt.subplots(rows, columns, figsize=(12, 3.8 * rows), squeeze=False)
    for axes in panels.flat[len(study.runs):]:
        axes.axis("off")
    for run, axes in zip(study.runs, panels.flat):
        results = run.results
        scale = run["strength"] ** -2
        plot.measured(axes, results, OBSERVABLE, scale=scale)
        plot.predicted(axes, results, OBSERVABLE, names=["finite_n/lo", "finite_n/nlo", "finite_n/resummed"],
                       scale=scale)
        nlo = results.predictions["large_n/nlo"].attributes
        line = nlo["plateau"][0] + nlo["plateau_correction"][0] + nlo["plateau_slope"][0] * results.time
        axes.plot(results.time, scale * line, ":", color=plot.BLACK, label="late line of NLO, large N")
        axes.set_ylim(-0.03, 0.5)
        axes.set_title(rf"$\lambda$ = {run['strength']}")
        plot.finish(axes, results, r"heat current $J_Q/\lambda^2$ (1/ħ)", legend=False)
    panels.flat[-1].legend(*panels.flat[0].get_legend_handles_labels(), loc="center", fontsize=10)
    return figure


def draw_collapse(study):
    figure, axes = plt.subplots(figsize=(7, 4.5))
    colors = (plot.BLUE, plot.GREEN, plot.ORANGE, plot.RED, plot.PINK, plot.SKY)
    for run, color in zip(study.runs, colors):
        results, square = run.results, run["strength"] ** 2
        curve = results.observables[OBSERVABLE]
        axes.fill_between(square * results.time, (curve.mean[0] - 2 * curve.stderr[0]) / square,
                          (curve.mean[0] + 2 * curve.stderr[0]) / square, color=color, alpha=0.3, linewidth=0)
        axes.plot(square * results.time, curve.mean[0] / square, color=color,
                  label=rf"$\lambda$ = {run['strength']}")
    last = max(study.runs, key=lambda run: run["strength"])
    square = last["strength"] ** 2
    axes.plot(square * last.results.time, last.results.predictions["large_n/kinetic"][OBSERVABLE][0] / square,
              ":", color=plot.BLACK, linewidth=2, label="kinetic limit")
    axes.axhline(0.0, color=plot.BLACK, linewidth=0.6)
    axes.set_xlim(0.0, square * last.results.time[-1])
    axes.set_xlabel(r"$\lambda^2 t$ (energy ħ)")
    axes.set_ylabel(r"heat current $J_Q/\lambda^2$ (1/ħ)")
    axes.legend()
    return figure


def lines(run):
    """(what, a, b) of the straight line through the plateau: simulated, then predicted."""
    results = run.results
    level, slope = fit(results, *FIT, (0, 1))
    yield "simulated", measure(results, OBSERVABLE, level), measure(results, OBSERVABLE, slope)
    for order, label in ORDERS.items():
        curve = results.predictions[f"finite_n/{order}"][OBSERVABLE][0]
        yield label, float(level @ curve), float(slope @ curve)


def half_times(run):
    """When the heat current has fallen to half of the LO plateau: simulated, all orders, kinetic."""
    results = run.results
    half = 0.5 * results.predictions["large_n/lo"].attributes["plateau"][0]
    return [crossing(results, OBSERVABLE, half)] + [
        crossing_of(results.time, results.predictions[name][OBSERVABLE][0], half)
        for name in ("finite_n/resummed", "large_n/kinetic")]


def report(study):
    page = Report(study.title, "At leading order the heat current settles on a plateau of height proportional to λ². "
                  "The next order corrects the height and gives it a slope: the systems warm and cool, and the plateau "
                  "ends. How high is it, how fast does it fall, and when is it over?")
    bound = threshold(len(study.runs))
    rows = []
    for run in study.runs:
        (_, a, b), *predicted = lines(run)
        square = run["strength"] ** 2
        rows.append((run["strength"], "simulated", a * (1 / square), b * (1 / square**2), "", ""))
        rows += [("", label, a_k / square, b_k / square**2, f"{a.deviation(a_k):+.1f}", f"{b.deviation(b_k):+.1f}")
                 for label, a_k, b_k in predicted]

    weakest = min(study.runs, key=lambda run: run["strength"])
    (_, a, b), (_, a_lo, _), (_, a_nlo, b_nlo), _ = lines(weakest)
    page.verdict(f"At λ = {weakest['strength']} the height is that of the leading order within 5 %",
                 abs((a / a_lo - 1.0).value) + 2 * (a / a_lo).error < 0.05,
                 f"line through {FIT[0]:g} ≤ t ≤ {FIT[1]:g}, at t = 0: simulated / LO = {a / a_lo}")
    page.verdict("The plateau is none: it falls", b.deviation() < -bound,
                 f"slope at λ = {weakest['strength']}: {b.deviation():+.1f} standard errors from zero (needed: −{bound:.1f})")
    ratios = [a / a_nlo, b / b_nlo]
    page.verdict(f"At λ = {weakest['strength']} the next order gives height and slope within 5 %",
                 all(abs(ratio.value - 1.0) + 2 * ratio.error < 0.05 for ratio in ratios),
                 f"simulated / (LO + NLO): {ratios[0]} and {ratios[1]}, {a.deviation(a_nlo):+.1f} and {b.deviation(b_nlo):+.1f} standard "
                 "errors from 1, which are the orders beyond")
    deviations = [max((a.deviation(a_k), b.deviation(b_k)), key=abs)
                  for (_, a, b), *_, (_, a_k, b_k) in map(list, map(lines, study.runs))]
    worst = max(deviations, key=abs)
    both = threshold(2 * len(study.runs))
    page.verdict("All orders give height and slope at every coupling", abs(worst) < both,
                 f"largest of {2 * len(study.runs)} deviations: {worst:+.1f} standard errors (bound: {both:.1f})")

    times = {run["strength"]: half_times(run) for run in study.runs}
    ended = {strength: found for strength, found in times.items() if None not in found}
    if ended:
        ends = [simulated.deviation(all_orders) for simulated, all_orders, _ in ended.values()]
        worst = max(ends, key=abs)
        page.verdict("All orders say when the current has halved", abs(worst) < threshold(len(ends)),
                     f"largest of {len(ends)} deviations: {worst:+.1f} standard errors (bound: {threshold(len(ends)):.1f})")
        ratios = {strength: simulated / kinetic for strength, (simulated, _, kinetic) in ended.items()}
        gaps = [abs(ratio.value - 1.0) for _, ratio in sorted(ratios.items())]
        page.verdict("The kinetic rate says when it ends, the better the weaker the coupling",
                     gaps == sorted(gaps) and gaps[0] < 0.1,
                     "simulated / kinetic half-time: "
                     + ", ".join(f"{ratio} at λ = {strength}" for strength, ratio in sorted(ratios.items()))
                     + " (needed: within 10 % of 1 at the weakest of these, and farther from 1 at each stronger)")

    page.answered(
        f"At λ = {weakest['strength']} its height is {a * weakest['strength']**-2} λ^2/ħ, {a / a_lo} of the leading order's, and it falls by "
        f"{b * (-1 / weakest['strength']**4)} λ^4/(energy ħ^2) in a unit of time. "
        + (f"It has fallen to half after λ^2 t = "
           + ", ".join(f"{found[0] * strength**2} at λ = {strength}" for strength, found in sorted(ended.items()))
           + " (energy ħ)." if ended else "Within the times simulated it does not fall to half."))

    page.heading("The plateau")
    page.figure(draw_plateaus(study), "Heat current over λ², simulated (with standard errors) and predicted for the "
                "levels used; dotted: the straight line that NLO of infinitely many levels approaches at late times. LO leaves its plateau when the time "
                "resolves the spacing of the levels.")
    page.table(("λ", "", "a/λ^2 (1/ħ)", "b/λ^4 (1/(energy ħ^2))", "dev. of a", "dev. of b"), rows,
               f"Straight line a + b t, height and slope, fitted to {FIT[0]:g} ≤ t ≤ {FIT[1]:g}, in each realization and to the predicted curves "
               "alike. Deviation of the simulation from the prediction in standard errors.")
    page.heading("Where it ends")
    page.figure(draw_collapse(study), "Against λ² t the curves of weak coupling fall on that of the kinetic limit, in which a "
                "state of energy e is left at the rate Γ(e) = 2π λ² ρ(e).")
    page.table(("λ (energy)", "simulated", "all orders", "kinetic limit", "λ^2 × simulated"),
               [(strength, simulated, all_orders, kinetic,
                 None if simulated is None else simulated * strength**2)
                for strength, (simulated, all_orders, kinetic) in times.items()],
               "Time (ħ/energy) at which the heat current has fallen to half of the LO plateau; –: not within the times simulated.")
    return page
