"""The table of tools/orders: SIZE:STRENGTH:COMPARISON.json arguments to Markdown on stdout."""

import json
import sys

ORDERS = {"lo": "LO", "nlo": "NLO", "resummed": "all orders"}


def cell(table, order):
    """chi^2 per degree of freedom of the heat current, marked where the prediction is rejected."""
    prediction = table["predictions"][f"finite_n/{order}"]
    row = next(row for row in prediction["observables"] if row["observable"] == "heat_current")
    chi2 = row["chi2_per_dof"]
    text = f"{chi2:.2f}" if chi2 < 100 else f"{chi2:.2g}"
    return text if prediction["holds"] else f"~~{text}~~"


def main():
    print("| N | lambda | realizations | " + " | ".join(ORDERS.values()) + " |")
    print("|---" * (3 + len(ORDERS)) + "|")
    for argument in sys.argv[1:]:
        size, strength, path = argument.split(":")
        with open(path, encoding="utf-8") as file:
            table = json.load(file)
        cells = " | ".join(cell(table, order) for order in ORDERS)
        print(f"| {size} | {strength} | {table['realizations']} | {cells} |")


if __name__ == "__main__":
    main()
