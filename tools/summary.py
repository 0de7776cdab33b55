"""Prints one table of what `rmtheat compare --json` found in several files. Exit status 0 when the
prediction asked for holds in all of them, 1 when not."""

import argparse
import json
import pathlib
import sys


def rows(path):
    """One row per prediction: its chi^2 for the heat current, its verdict on all observables."""
    for name, prediction in json.loads(path.read_text())["predictions"].items():
        heat = [entry for entry in prediction["observables"]
                if entry["observable"] == "heat_current"]
        chi2 = max((entry["chi2_per_dof"] for entry in heat if "chi2_per_dof" in entry),
                   default=float("nan"))
        # null: a difference where the ensemble does not fluctuate, infinitely many standard errors
        deviations = [entry["largest_deviation"] for entry in heat]
        deviation = max((float("inf") if value is None else value for value in deviations),
                        default=float("nan"))
        yield path.stem, name, chi2, deviation, prediction["holds"]


def main():
    parser = argparse.ArgumentParser(prog="tools/summary.py", description=__doc__)
    parser.add_argument("files", nargs="+", type=pathlib.Path, metavar="comparison.json")
    parser.add_argument("--prediction", required=True, metavar="FAMILY/ORDER")
    arguments = parser.parse_args()

    held = 0
    print(f"{'file':<16} {'prediction':<20} {'chi2/dof':>9} {'max dev.':>9}  verdict")
    for path in arguments.files:
        for stem, name, chi2, deviation, holds in rows(path):
            held += holds and name == arguments.prediction
            print(f"{stem:<16} {name:<20} {chi2:>9.3g} {deviation:>7.2f} s  "
                  f"{'holds' if holds else 'REJECTED'}")
    print(f"{arguments.prediction} holds in {held} of {len(arguments.files)}")
    return 0 if held == len(arguments.files) else 1


if __name__ == "__main__":
    sys.exit(main())
