"""The table of tools/orders: SIZE:STRENGTH:COMPARISON.json arguments to Markdown on stdout."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "python"))
from rmtheat.comparison import Comparison  # noqa: E402

ORDERS = {"lo": "LO", "nlo": "NLO", "resummed": "all orders"}


def cell(comparison, order):
    """chi^2 per degree of freedom of the heat current, struck through where the prediction is
    rejected."""
    chi2 = comparison.chi2(f"finite_n/{order}", "heat_current")
    text = f"{chi2:.2f}" if chi2 < 100 else f"{chi2:.2g}"
    return text if comparison.holds(f"finite_n/{order}") else f"~~{text}~~"


def main():
    print("| N | lambda | realizations | " + " | ".join(ORDERS.values()) + " |")
    print("|---" * (3 + len(ORDERS)) + "|")
    for argument in sys.argv[1:]:
        size, strength, path = argument.split(":")
        comparison = Comparison.load(path)
        cells = " | ".join(cell(comparison, order) for order in ORDERS)
        print(f"| {size} | {strength} | {comparison.realizations} | {cells} |")


if __name__ == "__main__":
    main()
