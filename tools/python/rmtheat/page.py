"""Pages for a browser: static HTML that needs no other file and no network, light or dark as the reader
has it, and readable on a telephone.

    rmtheat-page scan/               # scan/index.html: a row a file, with a sketch of its heat current
"""

import argparse
import html
import os
import pathlib
import re
import shutil
import subprocess
import sys

import numpy as np

from . import display, scan, statistics
from .comparison import compare

STYLE = """
:root { color-scheme: light dark; --ink: #111; --paper: #fff; --faint: #555; --line: #ccc; --head: #f3f3f3;
  --good: #0072B2; --bad: #C04A00; --prediction: #009E73; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #16181a; --faint: #aaa; --line: #444;
  --head: #24272a; --good: #56B4E9; --bad: #F0915A; --prediction: #3CC79E; } }
body { font: 16px/1.5 sans-serif; max-width: 64em; margin: 2em auto; padding: 0 1em; color: var(--ink); background: var(--paper); }
h1, h2 { line-height: 1.2; } h2 { margin-top: 1.8em; }
a { color: var(--good); }
figure { margin: 1.2em 0; } figure img { max-width: 100%; height: auto; background: #fff; }
figcaption, .note { color: var(--faint); font-size: 0.9em; }
table { border-collapse: collapse; margin: 1em 0; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25em 0.8em; text-align: right; }
th { background: var(--head); } th:first-child, td:first-child { text-align: left; }
.verdicts td, .verdicts th, .provenance td { text-align: left; vertical-align: top; }
.provenance td { overflow-wrap: anywhere; } .provenance td:first-child { overflow-wrap: normal; }
.verdicts .yes, .verdicts .no, .rejected, .holds { white-space: nowrap; }
.yes, .holds { color: var(--good); } .no, .rejected { color: var(--bad); } .unresolved { color: var(--faint); }
.yes::before { content: "\\2713\\00a0"; font-weight: bold; } .no::before { content: "\\2717\\00a0"; font-weight: bold; }
.answer { font-size: 1.1em; border-left: 0.25em solid var(--good); padding-left: 0.8em; }
pre { background: var(--head); padding: 0.8em; overflow-x: auto; font-size: 0.85em; }
svg { vertical-align: middle; }
@media (max-width: 44em) {
  .jobs { width: 100%; } .jobs thead { display: none; }
  .jobs tr { display: block; border-bottom: 2px solid var(--line); padding: 0.5em 0; }
  .jobs td { display: flex; justify-content: space-between; gap: 1em; border: 0; padding: 0.1em 0; text-align: right; }
  .jobs td::before { content: attr(data-name); color: var(--faint); text-align: left; }
  .verdicts tr { display: block; border-bottom: 1px solid var(--line); padding: 0.4em 0; } .verdicts tr:first-child { display: none; }
  .verdicts td { display: block; border: 0; padding: 0.1em 0; } .verdicts td:first-child { font-weight: bold; }
}
"""

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>{title}</title><style>{style}</style></head>
<body>
<h1>{title}</h1>
{body}
</body></html>
"""


def page(title, body):
    """title: text; body: HTML."""
    return PAGE.format(title=html.escape(title), style=STYLE, body=body)


def text(words):
    """Text as HTML, with powers and indices set as such: N^-2, lambda^4, N^(-1/2), J_Q, 8.01e+05."""
    found = re.sub(r"(?<=[\d)])e([+-])0*(\d+)\b", lambda m: f" × 10^{'−' if m[1] == '-' else ''}{m[2]}", html.escape(str(words)))
    found = re.sub(r"\b([A-Za-z])_([A-Za-z0-9])\b", r"\1<sub>\2</sub>", found)
    return re.sub(r"\^(?:\(([^()]{1,12})\)|([−-]?[0-9a-z]+(?:\.[0-9]+)?))", lambda m: f"<sup>{m[1] or m[2]}</sup>", found)


def sparkline(results, observable="heat_current", pair=0, width=132, height=34):
    """The observable over time as a small SVG: points of the simulation on the line of the highest order
    that the file has. Empty where it has neither."""
    curves = []
    simulated = results.observables.get(observable)
    if simulated is not None:
        curves.append(simulated.mean[pair])
    predicted = next((results.predictions[name][observable][pair]
                      for order in ("resummed", "nlo", "lo") for name in [f"{results.tested_family}/{order}"]
                      if observable in results.predictions.get(name, {})), None)
    if predicted is not None:
        curves.append(predicted)
    if not curves:
        return ""
    low, high = min(0.0, *(np.nanmin(curve) for curve in curves)), max(0.0, *(np.nanmax(curve) for curve in curves))
    span = high - low or 1.0
    kept = np.unique(np.linspace(0, len(results.time) - 1, 60).round().astype(int))
    x = 2 + (width - 4) * kept / max(len(results.time) - 1, 1)

    def path(curve):
        return "M" + " L".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, height - 3 - (height - 6) * (curve[kept] - low) / span))

    zero = height - 3 + (height - 6) * low / span
    parts = [f'<line x1="0" x2="{width}" y1="{zero:.1f}" y2="{zero:.1f}" stroke="var(--line)"/>']
    if predicted is not None:
        parts.append(f'<path d="{path(predicted)}" fill="none" stroke="var(--prediction)" stroke-width="2.5"/>')
    if simulated is not None:
        parts.append(f'<path d="{path(simulated.mean[pair])}" fill="none" stroke="currentColor" '
                     'stroke-width="1.6" stroke-linecap="round" stroke-dasharray="0 4"/>')
    label = f"{observable.replace('_', ' ')}, from {results.time[0]:g} to {results.time[-1]:g}"
    return (f'<svg role="img" aria-label="{html.escape(label)}" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>')


def verdict_cells(comparison):
    """Name -> HTML of each order's verdict for the levels used, or of the continuum where that is all."""
    cells = {}
    for order, label in (("lo", "LO"), ("nlo", "NLO"), ("resummed", "all orders")):
        name = next((f"{family}/{order}" for family in ("finite_n", "large_n") if f"{family}/{order}" in comparison.predictions), None)
        if name:
            kind = comparison.verdict(name).split()[0].replace("REJECTED", "rejected").replace("not", "unresolved")
            cells[label] = f'<span class="{kind}">{html.escape(comparison.verdict(name).lower())}</span>'
    return cells


def job_table(jobs, folder):
    """A row for each of jobs, (Results, Comparison or None): what differs between them, the late heat
    current with its error, verdicts, a sketch, a link relative to the folder."""
    varying = scan.varying([results for results, _ in jobs])
    rows = []
    for results, comparison in jobs:
        found = scan.parameters(results)
        link = html.escape(os.path.relpath(results.path, folder.absolute()))
        row = {"file": f'<a href="{link}">{html.escape(results.path.name)}</a>'}
        for name in varying:
            row[_plain(name)] = html.escape(f"{found[name]:g}" if isinstance(found.get(name), float) else str(found.get(name, "–")))
        row["realizations"] = html.escape(_realizations(results))
        row["late heat current"] = _late(results)
        row.update(verdict_cells(comparison) if comparison else {})
        row["heat current over time"] = sparkline(results)
        rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{text(name)}</th>" for name in names)
    body = "".join("<tr>" + "".join(f'<td data-name="{html.escape(name)}">{row.get(name, "–")}</td>' for name in names) + "</tr>"
                   for row in rows)
    return f'<div class="wide"><table class="jobs"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _plain(name):
    return {"coupling_strength": "λ", "n": "N", "n1": "N₁", "n2": "N₂", "bandwidth": "Δ", "terms": "K"}.get(name, name.replace("_", " "))


def _realizations(results):
    """"60", "60 of 2 pooled seeds", "12 of 60, partial"."""
    if results.status != "complete":
        return f"{results.realizations} of {results.attributes['realizations_wanted']}, partial"
    return display.ensemble(results).replace(" realizations", "").replace(" realization", "")


def _late(results):
    if "heat_current" not in results.observables:
        return "–"
    try:
        return html.escape(str(statistics.late_mean(results, "heat_current")))
    except ValueError:  # a partial file without samples
        return "–"


def compared(results, program=None):
    """The file's comparison, or None where there is nothing to compare or no program to do it."""
    if results.realizations < 2 or not results.predictions or results.status != "complete":
        return None
    try:
        return compare(results.path, program=program)
    except (OSError, ValueError):
        return None


def progress(folder, program=None):
    """What `rmtheat info` says of a scan's folder as a whole, "8 points, 7 complete, 1 missing (7); ..."; empty
    of other folders and without the program."""
    program = program or os.environ.get("RMTHEAT_PROGRAM") or shutil.which("rmtheat")
    if not program or not (folder / "scan.ini").exists():
        return ""
    try:
        done = subprocess.run([program, "info", str(folder)], check=False, capture_output=True, text=True)
    except OSError:
        return ""
    found = re.search(r": (\d+ points, .*)$", done.stdout.strip())
    return found[1] if found else ""


def _shared(all_results):
    """What is the same in all files, in words."""
    first, varying = all_results[0], scan.varying(all_results)
    words = [f"{_plain(name)} = {text(value)}" for name, value in scan.parameters(first).items() if name not in varying]
    if all(np.array_equal(each.beta, first.beta) for each in all_results):
        words.append("β₁, β₂ = " + "; ".join(f"{cold:g}, {hot:g}" for cold, hot in first.beta))
    if all(each.time[-1] == first.time[-1] for each in all_results):
        words.append(f"t up to {first.time[-1]:g}")
    return f"<p>In all of them {', '.join(words)}.</p>"


def write_scan(path, all_results, title="Scan"):
    """The page of these files."""
    jobs = [(results, compared(results)) for results in scan.in_order(all_results)]
    folders = {results.path.parent for results in all_results}
    told = progress(*folders) if len(folders) == 1 else ""
    note = ('<p class="note">Late heat current: mean over the second half of the times, first pair of temperatures, in energy²/ħ, '
            "with the standard error of the last digits. Sketches: simulated (dots) and predicted (line). Verdicts: rmtheat "
            "compare, all pairs, for the levels used, at 1 % for each prediction of each file.</p>")
    body = (f"<p>{html.escape(told)}.</p>" if told else "") + _shared(all_results) + job_table(jobs, path.parent) + note
    path.write_text(page(title, body), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(prog="rmtheat-page", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="RESULTS.h5", help="results files, or folders of them")
    parser.add_argument("--output", type=pathlib.Path, metavar="PAGE.html", help="default: index.html beside the first file")
    parser.add_argument("--title", default="Scan")
    arguments = parser.parse_args()
    try:
        all_results = scan.open_all(arguments.files)
        output = arguments.output or all_results[0].path.parent / "index.html"
        write_scan(output, all_results, arguments.title)
    except (OSError, ValueError) as error:
        print(f"rmtheat-page: {error}", file=sys.stderr)
        return 2
    if not (os.environ.get("RMTHEAT_PROGRAM") or shutil.which("rmtheat")):
        print("rmtheat-page: without verdicts, as rmtheat is not on the path; RMTHEAT_PROGRAM names it.", file=sys.stderr)
    print(output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
