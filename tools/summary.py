"""Prints one table of what `rmtheat compare --json` found in several files. Exit status 0 when the
prediction asked for holds in all of them, 1 when not."""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "python"))
from rmtheat.comparison import Comparison  # noqa: E402


def main():
    parser = argparse.ArgumentParser(prog="tools/summary.py", description=__doc__)
    parser.add_argument("files", nargs="+", type=pathlib.Path, metavar="comparison.json")
    parser.add_argument("--prediction", required=True, metavar="FAMILY/ORDER")
    arguments = parser.parse_args()

    held = 0
    print(f"{'file':<16} {'prediction':<20} {'chi2/dof':>9} {'max dev.':>9}  verdict")
    for path in arguments.files:
        comparison = Comparison.load(path)
        for name in comparison.predictions:
            holds = comparison.holds(name)
            held += holds and name == arguments.prediction
            print(f"{path.stem:<16} {name:<20} {comparison.chi2(name, 'heat_current'):>9.3g} "
                  f"{comparison.largest_deviation(name, 'heat_current'):>7.2f} s  "
                  f"{comparison.verdict(name)}")
    print(f"{arguments.prediction} holds in {held} of {len(arguments.files)}")
    return 0 if held == len(arguments.files) else 1


if __name__ == "__main__":
    sys.exit(main())
