"""Prints one table of what `rmtheat compare --json` found in several files. Exit status 1 when the
prediction asked for is rejected in one of them, else 0."""

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

    rejected = 0
    print(f"{'file':<16} {'prediction':<20} {'chi2/dof':>9} {'sigma':>9}  verdict")
    for path in arguments.files:
        comparison = Comparison.load(path)
        for name in comparison.predictions:
            rejected += name == arguments.prediction and comparison.rejected(name)
            print(f"{path.stem:<16} {name:<20} {comparison.chi2(name, 'heat_current'):>9.3g} "
                  f"{comparison.largest_deviation(name, 'heat_current'):>9.2f}  "
                  f"{comparison.verdict(name)}")
    print(f"{arguments.prediction} is rejected in {rejected} of {len(arguments.files)}")
    return 1 if rejected else 0


if __name__ == "__main__":
    sys.exit(main())
