"""What an opened results file shows of itself, as text and in a notebook."""

import html as escaping

import numpy as np

MOST_SEEDS = 8


def facts(results):
    """(what, value) of an opened file, in words."""
    about = results.attributes
    steps = f"{len(results.time)} from {results.time[0]:g} to {results.time[-1]:g}"
    yield "status", f"{results.status}, {ensemble(results)}"
    yield "systems", results.title
    yield "inverse temperatures", "; ".join(f"{first:g}, {second:g}" for first, second in results.beta)
    yield "times", steps
    yield ("seeds", f"{seeds(results)}, pooled") if results.pooled else ("seed", str(about["seed"]))
    if about.get("method"):
        yield "method", about["method"]
    yield "observables", ", ".join(results.observables) or "none"
    yield "predictions", ", ".join(results.predictions) or "none"
    yield "written by", f"rmtheat {about['code_version']}, {about['created']}"


def seeds(results):
    """Those of a file in a few words: "1", "1, 2", "20 seeds"."""
    different = [str(seed) for seed in np.unique(results.seeds)] or [str(results.attributes["seed"])]
    return ", ".join(different) if len(different) <= MOST_SEEDS else f"{len(different)} seeds"


def ensemble(results):
    """"100 realizations", "40 realizations of 2 pooled seeds", or that there is no simulation."""
    if not results.realizations:
        return "predictions alone" if results.predictions else "no realizations yet"
    words = f"{results.realizations} realization" + ("s" if results.realizations > 1 else "")
    return f"{words} of {len(np.unique(results.seeds))} pooled seeds" if results.pooled else words


def text(results):
    rows = "\n".join(f"  {what:<21} {value}" for what, value in facts(results))
    return f"<rmtheat.Results {results.path.name}\n{rows}>"


def html(results):
    rows = "".join(f'<tr><th style="text-align: left">{escaping.escape(what)}</th>'
                   f'<td style="text-align: left">{escaping.escape(value)}</td></tr>' for what, value in facts(results))
    return f"<table><caption>{escaping.escape(results.path.name)}</caption>{rows}</table>"
