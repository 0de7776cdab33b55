"""Draws results files of rmtheat.

Of each file an overview, and one of the noise where it has second moments; with --observable that observable alone, of several files in one picture;
with --scan its mean over a window of times against the parameter that differs between the files.
Simulations are points with standard errors, predictions lines. The looks are those of a journal's
column, unless matplotlibrc or --style say otherwise.
"""

import argparse
import pathlib
import re
import sys
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import rcParams, rcParamsDefault, style as styles

from . import noise_plot, plot, scan
from .comparison import order_named
from .style import defaults


class Refusal(Exception):
    """One sentence for the user."""


def interval(text):
    numbers = re.fullmatch(r"([^:]+):([^:]+)", text)
    try:
        first, last = map(float, numbers.groups())
        if -np.inf < first < last < np.inf:
            return first, last
    except (AttributeError, ValueError):
        pass
    raise argparse.ArgumentTypeError(f"{text}: the value must be FIRST:LAST, two numbers, the smaller first.")


def inches(text):
    found = re.fullmatch(r"(\d+\.?\d*)(?:x(\d+\.?\d*))?", text)
    width, height = (float(each) if each else None for each in found.groups()) if found else (0.0, None)
    height = 0.735 * width if height is None else height
    if not (0.5 <= width <= 100 and 0.5 <= height <= 100):
        raise argparse.ArgumentTypeError(f"{text}: the value must be WIDTH or WIDTHxHEIGHT in inches, from 0.5 to 100.")
    return width, height


def words(text):
    return [word for word in text.split(",") if word]


class Parser(argparse.ArgumentParser):
    def error(self, message):
        print(f"rmtheat-plot: {message.removeprefix('argument ').rstrip('.')}.", file=sys.stderr)
        sys.exit(2)


def parser():
    found = Parser(prog="rmtheat-plot", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = found.add_argument
    add("files", nargs="+", metavar="RESULTS.h5", help="results files, or folders of them")
    add("--observable", type=words, metavar="NAME[,NAME]", help="heat_current, conductance, ...: a picture of each")
    add("--prediction", type=words, metavar="NAME[,NAME]",
        help="LO, NLO, all-orders or kinetic, with finite_n/ or large_n/ before it; none for none")
    add("--pair", type=int, default=0, metavar="K", help="index of the temperature pair, from 0 (default: 0)")
    add("--residuals", action="store_true", help="with --observable: simulation less prediction below it")
    add("--scan", nargs="?", const="", metavar="PARAMETER",
        help="against the parameter that differs between the files, or the one named: coupling_strength, n, ...")
    add("--window", type=interval, metavar="FIRST:LAST", help="with --scan: times of the mean (default: the second half)")
    add("--per-lambda2", action="store_true", help="divide by lambda^2")
    add("--xlim", type=interval, metavar="FIRST:LAST", help="range of the horizontal axis")
    add("--ylim", type=interval, metavar="FIRST:LAST", help="range of the vertical axis")
    add("--size", type=inches, metavar="W[xH]", help="in inches (default: 3.4x2.5; of overviews 7 wide)")
    add("--title", help="above the picture (default: none; of overviews the job)")
    add("--style", metavar="STYLE", help="of matplotlib: a name, or a file of rcParams")
    add("--format", type=words, default=["png", "pdf"], metavar="F[,F]", help="png, pdf, svg, eps (default: png,pdf)")
    add("--output", type=pathlib.Path, metavar="PATH",
        help="the picture, where it ends in .png, .pdf, .svg or .eps; else the folder of the pictures (default: beside the file)")
    return found


FORMATS = ("png", "pdf", "svg", "eps")


def check(arguments, all_results):
    """Throws a Refusal that names the option, its value and what is allowed."""
    for results in all_results:
        if not 0 <= arguments.pair < len(results.beta):
            raise Refusal(f"--pair {arguments.pair}: {results.path.name} has the temperature pairs 0 to {len(results.beta) - 1}.")
        held = {*results.observables, *(name for each in results.predictions.values() for name in each)}
        for name in arguments.observable or []:
            if name not in held:
                raise Refusal(f"--observable {name}: {results.path.name} has {', '.join(sorted(held))}.")
    for each in arguments.format:
        if each not in FORMATS:
            raise Refusal(f"--format {each}: the value must be of {', '.join(FORMATS)}.")
    if arguments.scan is not None:
        varying = scan.varying(all_results)
        names = [*varying, *(name for name in scan.parameters(all_results[0]) if name not in varying)]
        if arguments.scan and arguments.scan not in names:
            raise Refusal(f"--scan {arguments.scan}: the value must be one of {', '.join(names)}.")
        if not arguments.scan and not varying:
            raise Refusal("--scan: the files do not differ in any parameter.")
        for results in all_results:
            if arguments.window and not np.any((results.time >= arguments.window[0]) & (results.time <= arguments.window[1])):
                raise Refusal(f"--window {arguments.window[0]:g}:{arguments.window[1]:g}: {results.path.name} has no time in it.")
    elif arguments.window:
        raise Refusal("--window: the option belongs to --scan.")
    if arguments.residuals and (not arguments.observable or len(all_results) > 1):
        raise Refusal("--residuals: the option takes one file and --observable.")
    if arguments.per_lambda2 and any(results.attributes["coupling_strength"] == 0 for results in all_results):
        raise Refusal("--per-lambda2: a file has the coupling strength 0.")


def predictions(arguments, all_results):
    """Full names of those asked for; None for the default."""
    if arguments.prediction is None:
        return None
    names = []
    for given in arguments.prediction if arguments.prediction != ["none"] else []:
        name = order_named(given)
        held = dict.fromkeys(each for results in all_results for each in results.predictions)
        full = next((each for each in (name, f"finite_n/{name}", f"large_n/{name}") if each in held), None)
        if full is None:
            raise Refusal(f"--prediction {given}: the files hold {', '.join(held) or 'no predictions'}.")
        names.append(full)
    return names


def pictures(arguments, all_results):
    """(stem, function that draws it) of every picture asked for; stems of different content differ."""
    names, pair = predictions(arguments, all_results), arguments.pair
    suffix = (f"_pair{pair}" if pair else "") + ("_per_lambda2" if arguments.per_lambda2 else "")
    several = len(all_results) > 1
    common = {"pair": pair, "names": names, "per_lambda2": arguments.per_lambda2}
    between = None if arguments.scan is not None else arguments.xlim
    if arguments.observable is None and arguments.scan is None:
        for results in all_results:
            yield f"{results.path.stem}{suffix}", partial(plot.overview, results, pair)
            if noise_plot.has_noise(results):
                yield f"{results.path.stem}_noise{suffix}", partial(noise_plot.noise, results, pair)
        if several:
            yield f"heat_currents{suffix}", partial(plot.side_by_side, all_results, pair)
        return
    against = arguments.scan or next(iter(scan.varying(all_results)), None)
    first = all_results[0]
    if arguments.scan is not None:
        stem = f"{{}}_against_{against}{suffix}"
        draw_one = partial(plot.scan, all_results, parameter=against, window=arguments.window, **common)
    elif several:
        stem, draw_one = f"{{}}_overlay{suffix}", partial(plot.overlay, all_results, between=between, **common)
    elif arguments.residuals:
        stem = f"{first.path.stem}_{{}}_residuals{suffix}"
        draw_one = partial(plot.with_residuals, first, between=between, **common)
    else:
        stem, draw_one = f"{first.path.stem}_{{}}{suffix}", partial(plot.curve, first, between=between, **common)
    for observable in arguments.observable or ["heat_current"]:
        yield stem.replace("{}", observable), partial(draw_one, observable=observable)


def targets(arguments, stem, results):
    """The files of a picture."""
    output = arguments.output
    if output is not None and output.suffix.removeprefix(".") in FORMATS and not output.is_dir():
        return [output]
    folder = output or results.path.parent
    folder.mkdir(parents=True, exist_ok=True)
    return [folder / f"{stem}.{each}" for each in arguments.format]


def adjust(arguments, figure):
    panels = figure.get_axes()
    if arguments.xlim:
        for panel in panels:
            panel.set_xlim(arguments.xlim)
    if arguments.ylim:
        panels[0].set_ylim(arguments.ylim)
    if arguments.size:
        figure.set_size_inches(arguments.size)
    if arguments.title is not None:
        figure.suptitle(arguments.title)


def draw(arguments):
    try:
        all_results = scan.open_all(arguments.files)
        check(arguments, all_results)
        wanted = list(pictures(arguments, all_results))
    except (OSError, ValueError) as error:
        raise Refusal(str(error)) from error
    paths = [targets(arguments, stem, all_results[min(k, len(all_results) - 1)]) for k, (stem, _) in enumerate(wanted)]
    every = [path for each in paths for path in each]
    if len(set(every)) < len(every):
        twice = next(path for path in every if every.count(path) > 1)
        raise Refusal(f"{twice} would be written for two pictures: draw them one by one, each with an --output of its own.")
    for (_, figure_of), files in zip(wanted, paths):
        drawn = figure_of()
        figure = getattr(drawn, "figure", None) or drawn
        adjust(arguments, figure)
        for path in files:
            existed = path.exists()
            figure.savefig(path)
            print(f"{path} (replaced)" if existed else path)
        plt.close(figure)


def use_style(name):
    rcParams.update(defaults(rcParams, rcParamsDefault))
    if name:
        try:
            styles.use(name)
        except OSError as error:
            raise Refusal(f"--style {name}: the value must be a style of matplotlib or a file of rcParams.") from error


def main(arguments=None):
    """Draws; `arguments` are those of the command line by default. Returns the exit status."""
    arguments = parser().parse_args(arguments)
    plt.switch_backend("agg")
    try:
        with plt.rc_context():
            use_style(arguments.style)
            draw(arguments)
    except (Refusal, OSError) as refusal:
        print(f"rmtheat-plot: {refusal}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
