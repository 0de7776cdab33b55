"""A study's report: one HTML file that needs no other."""

import base64
import html
import io
import math

import matplotlib.pyplot as plt
from rmtheat import page
from rmtheat.statistics import Estimate


class Report:
    """Verdicts, pictures and tables in the order they are added; verdicts are shown first."""

    def __init__(self, title, question):
        self.title = title
        self.verdicts = []
        self.answer = ""
        self.note = ""
        self._question = question
        self._parts = []
        self._pictures = []

    def verdict(self, statement, holds, evidence):
        """A statement, whether the numbers bear it out, and the numbers with the threshold."""
        self.verdicts.append((statement, bool(holds), evidence))

    def answered(self, text):
        """The answer to the question, from the numbers."""
        self.answer = text

    def heading(self, text):
        self._parts.append(f"<h2>{_escape(text)}</h2>")

    def text(self, text):
        self._parts.append(f"<p>{_escape(text)}</p>")

    def figure(self, figure, caption):
        """Takes the figure over: it is closed."""
        image = io.BytesIO()
        figure.savefig(image, format="png", dpi=130)
        plt.close(figure)
        self._pictures.append(image.getvalue())
        data = base64.b64encode(image.getvalue()).decode()
        self._parts.append(f'<figure><img alt="{html.escape(caption)}" src="data:image/png;base64,{data}"/>'
                           f"<figcaption>{_escape(caption)}</figcaption></figure>")

    def table(self, head, rows, caption=""):
        self._parts.append(_table(head, rows))
        if caption:
            self._parts.append(f'<p class="note">{_escape(caption)}</p>')

    def write(self, path, provenance, configurations):
        """Writes the page, and beside it its pictures, NAME_1.png and so on, for use elsewhere.
        provenance: rows of (what, value); configurations: name -> INI text."""
        jobs = "".join(f"<details><summary>{html.escape(name)}</summary><pre>{html.escape(text)}</pre></details>"
                       for name, text in configurations.items())
        body = "\n".join([
            f"<p>{_escape(self._question)}</p>",
            f'<p class="answer">{_escape(self.answer)}</p>', verdict_table(self.verdicts),
            f'<p class="note">{_escape(self.note)}</p>' if self.note else "", *self._parts,
            "<h2>Provenance</h2>", _table(None, provenance, "provenance"),
            "<p>The whole job of every results file:</p>", jobs])
        path.write_text(page.page(self.title, body), encoding="utf-8")
        for number, picture in enumerate(self._pictures, start=1):
            path.with_name(f"{path.stem}_{number}.png").write_bytes(picture)


def write_index(path, reports, provenance):
    """reports: (file name, Report, jobs), jobs the (Results, Comparison or None) of its files."""
    body = "\n".join(f'<h2><a href="{name}">{_escape(report.title)}</a></h2><p class="answer">{_escape(report.answer)}</p>'
                     f"{verdict_table(report.verdicts)}<details><summary>{len(jobs)} results files</summary>"
                     f"{page.job_table(jobs, path.parent)}</details>" for name, report, jobs in reports)
    body += "<h2>Provenance</h2>" + _table(None, provenance, "provenance")
    path.write_text(page.page("rmtheat: studies", body), encoding="utf-8")


def verdict_table(verdicts):
    rows = "".join(f'<tr><td>{_escape(statement)}</td><td class="{"yes" if holds else "no"}">'
                   f'{"yes" if holds else "no"}</td><td>{_escape(evidence)}</td></tr>'
                   for statement, holds, evidence in verdicts)
    return ('<div class="wide"><table class="verdicts"><tr><th>statement</th><th>borne out</th><th>evidence</th></tr>'
            f"{rows}</table></div>")


def _table(head, rows, kind=""):
    top = "" if head is None else "<tr>" + "".join(f"<th>{_escape(cell)}</th>" for cell in head) + "</tr>"
    plain = html.escape if kind == "provenance" else _escape  # commands and versions as they are
    body = "".join("<tr>" + "".join(f"<td>{plain(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table class="{kind}">{top}{body}</table></div>'


def _escape(cell):
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return "–"
    if isinstance(cell, (float, Estimate)):
        cell = f"{cell:.4g}" if isinstance(cell, float) else str(cell)
    return page.text(cell)
