"""rmtheat-plot draws what it is asked for, readable in a journal's column, and refuses the rest in a sentence."""

import contextlib
import gzip
import io
import os
import pathlib
import re
import sys
import tempfile
import types
import unittest

import h5py
import matplotlib
import numpy as np

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])
sys.path.insert(0, str(SOURCE / "tools/python"))
matplotlib.use("agg")
import matplotlib.pyplot as plt  # noqa: E402
import rmtheat  # noqa: E402
from matplotlib.container import ErrorbarContainer  # noqa: E402
from rmtheat import plot, plot_command  # noqa: E402


class Files(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="rmtheat-figures-")
        self.addCleanup(directory.cleanup)
        self.addCleanup(plt.close, "all")
        self.directory = pathlib.Path(directory.name)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.directory)
        self.one = self.copy("one.h5")

    def copy(self, name, change=None):
        path = self.directory / name
        path.write_bytes(gzip.decompress((SOURCE / "tests/tools/fixtures/schema_2.h5.gz").read_bytes()))
        if change:
            with h5py.File(path, "r+") as file:
                change(file)
        return path

    def scan(self):
        """The same results said to be of three couplings."""
        for strength in (0.4, 0.1, 0.2):
            self.copy(f"{strength}.h5", lambda file, s=strength: file.attrs.__setitem__("coupling_strength", s))
        self.one.unlink()
        return self.directory

    def draw(self, *arguments):
        """The command, in this process: exit status, output, messages."""
        output, messages = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(messages):
            try:
                status = plot_command.main(list(map(str, arguments)))
            except SystemExit as ended:
                status = ended.code
        return types.SimpleNamespace(returncode=status, stdout=output.getvalue(), stderr=messages.getvalue())


class Command(Files):
    def drawn(self, *arguments):
        done = self.draw(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [pathlib.Path(line.removesuffix(" (replaced)")).name for line in done.stdout.splitlines()]

    def test_different_content_has_different_names(self):
        names = []
        for options in ([], ["--pair=1"], ["--observable=heat_current"], ["--observable=conductance"],
                        ["--observable=heat_current", "--pair=1"], ["--observable=heat_current", "--residuals"],
                        ["--observable=heat_current", "--per-lambda2"]):
            names += self.drawn(self.one, "--format=png", *options)
        self.assertEqual(len(set(names)), 7, names)
        again = self.draw(self.one, "--format=png")
        self.assertIn("one.png (replaced)", again.stdout)

    def test_output_names_the_picture_or_its_folder(self):
        self.assertEqual(self.drawn(self.one, "--observable=heat_current", "--output=figure_1.svg"), ["figure_1.svg"])
        self.assertIn("<svg", (self.directory / "figure_1.svg").read_text())
        self.drawn(self.one, "--output", "pictures")
        self.assertEqual(sorted(path.name for path in (self.directory / "pictures").iterdir()), ["one.pdf", "one.png"])

    def test_fonts_are_true_type(self):
        self.drawn(self.one, "--observable=heat_current", "--format=pdf")
        page = (self.directory / "one_heat_current.pdf").read_bytes()
        self.assertTrue(b"/FontFile2" in page)
        self.assertFalse(b"/Type3" in page)

    def test_size_is_a_column(self):
        for options, width, height in (([], 3.4, 2.5), (["--size=3.4x4"], 3.4, 4.0), (["--size=5"], 5.0, 3.675)):
            self.drawn(self.one, "--observable=heat_current", "--format=svg", "--output=a.svg", *options)
            page = (self.directory / "a.svg").read_text()
            found = [float(re.search(rf'<svg [^>]*{side}="([\d.]+)pt"', page)[1]) for side in ("width", "height")]
            np.testing.assert_allclose(found, (72 * width, 72 * height))

    def test_a_folder_is_a_scan(self):
        self.assertEqual(self.drawn(self.scan(), "--scan", "--per-lambda2", "--format=png"),
                         ["heat_current_against_coupling_strength_per_lambda2.png"])
        self.assertEqual(self.drawn(self.directory, "--observable=conductance", "--format=png"), ["conductance_overlay.png"])

    def test_style_of_the_user(self):
        (self.directory / "mine.mplstyle").write_text("figure.figsize: 6, 3\n")
        self.drawn(self.one, "--observable=heat_current", "--style=mine.mplstyle", "--output=a.svg")
        self.assertIn('width="432pt"', (self.directory / "a.svg").read_text())

    def test_predictions_alone(self):
        self.copy("theory.h5", lambda file: file.__delitem__("ensemble"))
        self.assertEqual(self.drawn("theory.h5", "--format=svg"), ["theory.svg"])
        self.assertNotIn("0 realizations", plot.heading(rmtheat.open(self.directory / "theory.h5")))

    def test_refusals(self):
        for arguments, part in (
                (["missing.h5"], "missing.h5"), ([self.one, "--pair=2"], "--pair 2"), ([SOURCE / "LICENSE"], "HDF5"),
                ([self.one, "--observable=heat"], "heat_current"), ([self.one, "--prediction=nnlo"], "finite_n/nlo"),
                ([self.one, "--xlim=5"], "FIRST:LAST"), ([self.one, "--xlim=5:1"], "--xlim"), ([self.one, "--ylim=0:inf"], "--ylim"), ([self.one, "--size=0"], "inches"),
                ([self.one, "--format=gif"], "--format gif"), ([self.one, "--style=none-such"], "--style none-such"),
                ([self.one, self.copy("two.h5"), "--scan"], "do not differ"), ([self.one, "--scan=mass"], "coupling_strength"),
                ([self.one, "--window=1:2"], "--scan"), ([self.one, "--residuals"], "--observable"),
                ([self.one, self.one], "two pictures"), ([self.one, "--nonsense"], "--nonsense")):
            before = sorted(self.directory.iterdir())
            done = self.draw(*arguments)
            self.assertEqual((done.returncode, done.stderr.count("\n"), done.stderr[-2]), (2, 1, "."), done.stderr)
            self.assertIn(part, done.stderr)
            self.assertEqual(sorted(self.directory.iterdir()), before)


class Panels(Files):
    def setUp(self):
        super().setUp()
        self.results = rmtheat.open(self.one)

    def test_simulation_lies_on_the_predictions_and_leads_the_legend(self):
        axes = plot.heat_current(self.results)
        points = next(each for each in axes.containers if isinstance(each, ErrorbarContainer))
        lines = [line for line in axes.get_lines() if line not in points.lines and not line.get_label().startswith("_")]
        self.assertEqual(len(lines), 4)
        self.assertGreater(points.lines[0].get_zorder(), max(line.get_zorder() for line in lines))
        self.assertEqual(axes.get_legend().get_texts()[0].get_text(), "simulation ± standard error")
        heat = self.results.observables["heat_current"]
        np.testing.assert_array_equal(points.lines[0].get_ydata(), heat.mean[0])
        ends = np.array(points.lines[2][0].get_segments())[:, :, 1]
        np.testing.assert_allclose(np.diff(ends)[:, 0] / 2, heat.stderr[0], atol=1e-15)

    def test_no_two_lines_look_alike(self):
        axes = plot.curve(self.results, "heat_current", names=list(self.results.predictions))
        looks = [(line.get_color(), line.get_linestyle()) for line in axes.get_lines() if not line.get_label().startswith("_")]
        self.assertEqual(len(set(looks)), len(looks))
        self.assertGreaterEqual(len(looks), 7)

    def test_settings_of_the_caller_hold(self):
        with plt.rc_context({"lines.linewidth": 7.5, "figure.figsize": (2, 2)}):
            axes = plot.heat_current(self.results)
        self.assertIn(7.5, [line.get_linewidth() for line in axes.get_lines()])
        np.testing.assert_array_equal(axes.figure.get_size_inches(), (2, 2))

    def test_overview_has_the_conductance(self):
        labels = [axes.get_ylabel() for axes in plot.overview(self.results).get_axes()]
        self.assertTrue(any("conductance" in label for label in labels), labels)

    def test_scan_is_the_late_mean_over_lambda_squared(self):
        everything = [rmtheat.open(path) for path in sorted(self.scan().glob("*.h5"))]
        axes = plot.scan(everything, per_lambda2=True)
        points = axes.containers[0].lines[0]
        np.testing.assert_array_equal(points.get_xdata(), [0.1, 0.2, 0.4])
        late = rmtheat.late_mean(everything[0], "heat_current").value
        np.testing.assert_allclose(points.get_ydata(orig=False), late / np.array([0.1, 0.2, 0.4]) ** 2)
        self.assertIn("lambda", axes.get_xlabel())

    def test_of_two_parameters_each_of_the_other_has_its_points_and_line(self):
        for size in (3, 5):
            for strength in (0.4, 0.1, 0.2):
                self.copy(f"{size}_{strength}.h5", lambda file, n=size, s=strength: file.attrs.update({"coupling_strength": s, "n1": n}))
        everything = [rmtheat.open(path) for path in self.directory.glob("*_*.h5")]
        axes = plot.scan(everything)
        for container in axes.containers:
            np.testing.assert_array_equal(container.lines[0].get_xdata(), [0.1, 0.2, 0.4])
        lines = [line for line in axes.get_lines() if len(line.get_xdata()) == 3 and line.get_linestyle() == "-"]
        self.assertEqual([list(line.get_xdata()) for line in lines], [[0.1, 0.2, 0.4]] * 2)
        self.assertEqual([line.get_color() for line in lines], [container.lines[0].get_color() for container in axes.containers])
        self.assertEqual([text.get_text() for text in axes.get_legend().get_texts()], ["$N_1$ = 3", "$N_1$ = 5", "all orders"])
        against_size = plot.scan(everything, parameter="n1")
        self.assertEqual([container.get_label() for container in against_size.containers],
                         [rf"$\lambda$ = {strength}" for strength in (0.1, 0.2, 0.4)])


if __name__ == "__main__":
    unittest.main()
