#!/usr/bin/env python3
"""Fits the model of docs/performance.md to measured times and prints the table and the constants.

    tools/bench/fit_scaling.py [MEASUREMENTS.csv]      default: scaling.csv beside this script

Columns: ensemble (gue, goe), dimension, ranks (all in one group), zgemm_gflops (of one rank),
diagonalization_s, realization_s (bench_realization's job: one temperature pair with conductance, 201
times to t = 10, lambda = 0.3, Gaussian levels; empty where the diagonalization alone was measured).
"""

import csv
import pathlib
import statistics
import sys

import numpy as np
from scipy.optimize import nnls

OPERATORS = 4  # H_1, H_2, the state and its temperature bias
CURVES = 5  # two energies and their rates, one rate for the bias
END, STRENGTH = 10.0, 0.3


def time_nodes(dimension):
    """Chebyshev points in time, as dynamics/time_nodes counts them."""
    size = round(dimension**0.5)
    quantile = statistics.NormalDist().inv_cdf(1 - 1 / size)
    z = (2 * STRENGTH + 2 * quantile) * END
    return min(201, 8 * -(-int(z + 8 * z ** (1 / 3) + 16) // 8))


def evolution_operations(ensemble, dimension):
    matrix, time = (2, 4) if ensemble == "goe" else (8, 8)
    return dimension**2 / 2 * (matrix * OPERATORS * dimension
                               + time * CURVES * time_nodes(dimension))


def read(path):
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return [{key: value if key == "ensemble" else float(value or "nan")
             for key, value in row.items()} for row in rows]


def relative_fit(columns, values):
    """Non-negative coefficients of the least relative deviation."""
    scaled = np.array(columns).T / np.array(values)[:, None]
    norms = np.linalg.norm(scaled, axis=0)
    return nnls(scaled / norms, np.ones(len(values)))[0] / norms


def solving_exponent(rows):
    """a, from all pairs of measurements that differ in the ranks alone."""
    slopes = []
    alone = {(row["ensemble"], row["dimension"]): row for row in rows if row["ranks"] == 1}
    for row in rows:
        single = alone.get((row["ensemble"], row["dimension"]))
        if row["ranks"] > 1 and single:
            work = [r["diagonalization_s"] * r["zgemm_gflops"] for r in (single, row)]
            slopes.append(np.log(work[0] / work[1]) / np.log(row["ranks"]))
    return min(1.0, max(0.0, statistics.median(slopes))) if slopes else 1.0


def main():
    default = pathlib.Path(__file__).with_name("scaling.csv")
    rows = read(sys.argv[1] if len(sys.argv) > 1 else default)
    exponent = solving_exponent(rows)
    print(f"a = {exponent:.2f}\n")
    for ensemble in ("gue", "goe"):
        chosen = [row for row in rows if row["ensemble"] == ensemble]
        if not chosen:
            continue
        dimension = np.array([row["dimension"] for row in chosen])
        ranks = np.array([row["ranks"] for row in chosen])
        speed = np.array([row["zgemm_gflops"] for row in chosen]) * 1e9
        solving = np.array([row["diagonalization_s"] for row in chosen])
        evolving = np.array([row["realization_s"] for row in chosen]) - solving
        shared = speed * ranks**exponent
        c = relative_fit([dimension**3 / shared, dimension**2 / shared], solving)
        flops = np.array([evolution_operations(ensemble, d) for d in dimension])
        whole = np.isfinite(evolving)
        products, squares = flops / (speed * ranks), dimension**2 / (speed * ranks)
        e = relative_fit([products[whole], squares[whole]], evolving[whole])
        print(f"{ensemble}: c = {c[0]:.3g}, c' = {c[1]:.3g}, e = {e[0]:.3g}, e' = {e[1]:.3g}\n")
        print("| D | ranks | diagonalization, s | model | evolution, s | model |")
        print("|---|---|---|---|---|---|")
        modelled = (c[0] * dimension**3 + c[1] * dimension**2) / shared
        evolved = e[0] * products + e[1] * squares
        for k in np.lexsort((ranks, dimension)):
            print(f"| {dimension[k]:.0f} | {ranks[k]:.0f} | {solving[k]:.3g} | {modelled[k]:.3g} "
                  f"| {f'{evolving[k]:.3g}' if whole[k] else '-'} | {evolved[k]:.3g} |")
        print()


if __name__ == "__main__":
    main()
