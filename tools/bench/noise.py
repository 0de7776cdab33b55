#!/usr/bin/env python3
"""Scatter of single realizations by method, and the error of the mean after the same time.

    tools/bench/noise.py PROGRAM [--size=50] [--realizations=200] [--diagonalize=0] [--end=10] [--strengths ...]

For each coupling strength: the standard deviation of Delta E_1 and of the heat current at the last time,
divided by lambda^2, for single Lanczos chains and for antithetic pairs, and the ratio of error x
sqrt(time), single over pairs (> 1: pairs are better). --diagonalize=R adds the full trace from R
realizations.
"""

import argparse
import pathlib
import subprocess
import tempfile
import time

import h5py
import numpy as np


def measure(arguments, strength, realizations, *options):
    """Standard deviations of Delta E_1 and the heat current at the end, seconds per realization."""
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "noise.h5"
        begin = time.perf_counter()
        subprocess.run([arguments.program, "run", f"--system1.size={arguments.size}",
                        f"--system2.size={arguments.size}", f"--coupling.strength={strength}",
                        f"--time.end={arguments.end}", "--time.steps=10",
                        "--observables.conductance=false",
                        f"--ensemble.realizations={realizations}", f"--output.file={file}", *options],
                       check=True, capture_output=True)
        seconds = (time.perf_counter() - begin) / realizations
        with h5py.File(file) as results:
            group = results["ensemble/observables"]
            energy, heat = (group[name]["samples"][:, 0, :] for name in ("energy_1", "heat_current"))
    change = energy[:, -1] - energy[:, 0]
    return [np.std(values, ddof=1) / strength**2 for values in (change, heat[:, -1])], seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--size", type=int, default=50)
    parser.add_argument("--realizations", type=int, default=200)
    parser.add_argument("--diagonalize", type=int, default=0)
    parser.add_argument("--end", type=float, default=10.0)
    parser.add_argument("--strengths", type=float, nargs="+",
                        default=[0.03, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0])
    arguments = parser.parse_args()
    print(f"D = {arguments.size**2}, t = {arguments.end:g}, standard deviations / lambda^2\n")
    print("| lambda | Delta E_1: single | pairs | full trace | J_Q: single | pairs | full trace "
          "| time, pairs / single | error x sqrt(time), single / pairs: Delta E_1 | J_Q |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    lanczos = ("--solver.method=lanczos",)
    for strength in arguments.strengths:
        single, single_time = measure(arguments, strength, arguments.realizations, *lanczos,
                                      "--solver.noise_reduction=none")
        pairs, pairs_time = measure(arguments, strength, arguments.realizations, *lanczos,
                                    "--solver.noise_reduction=pairs")
        trace = ["-", "-"]
        if arguments.diagonalize:
            trace = [f"{x:.2g}" for x in measure(arguments, strength, arguments.diagonalize)[0]]
        cost = pairs_time / single_time
        gain = [a / b / np.sqrt(cost) for a, b in zip(single, pairs)]
        print(f"| {strength} | {single[0]:.3f} | {pairs[0]:.3f} | {trace[0]} | {single[1]:.3f} "
              f"| {pairs[1]:.3f} | {trace[1]} | {cost:.2f} | {gain[0]:.2f} | {gain[1]:.2f} |", flush=True)


if __name__ == "__main__":
    main()
