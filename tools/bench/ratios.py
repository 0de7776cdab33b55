"""Times commands against each other, interleaved, and prints a Markdown table of ratios."""

import argparse
import importlib.util
import math
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/src/app/rmtheat"
REALIZATION = ROOT / "build/release/tools/bench/bench_realization"
LANCZOS = ROOT / "build/release/tools/bench/bench_lanczos"
MPIEXEC = os.environ.get("RMTHEAT_MPIEXEC", "mpirun")
PEER = [sys.executable, str(ROOT / "tools/bench/peer_scipy.py")]
QUTIP = [sys.executable, str(ROOT / "tools/bench/peer_qutip.py")]
# What the scripts compute: energies and currents of one pair of temperatures.
SAME_OBSERVABLES = "--observables.conductance=false"
UNREDUCED = "--solver.noise_reduction=none"


def seconds(command, environment=None):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, **(environment or {})})
    return time.perf_counter() - start


def ensemble(ranks, size, realizations, *arguments):
    """A command that simulates an ensemble into a file of its own; the last option of a name holds."""
    options = {option.split("=")[0]: option for option in ("--coupling.strength=0.3", UNREDUCED, *arguments)}

    def command():
        with tempfile.TemporaryDirectory() as directory:
            return seconds([MPIEXEC, "-np", str(ranks), str(PROGRAM), "run",
                            f"--system1.size={size}", f"--system2.size={size}",
                            f"--ensemble.realizations={realizations}", "--output.samples=false",
                            f"--output.file={directory}/r.h5", *options.values()])
    return command


def noise_reduction(rounds, size, realizations):
    """What a reduced realization costs, and error x sqrt(time) of the late heat current with it over
    that without, at weak coupling."""
    weak = ("--coupling.strength=0.1", "--system1.beta=1", "--system2.beta=0.3")
    print(f"\n| noise reduction, one rank, N = {size}, lambda = 0.1 | time / without | range "
          "| error x sqrt(time) / without |\n|---|---|---|---|")
    for reduction in ("control", "pairs", "both"):
        run = ensemble(1, size, realizations, *weak, f"--solver.noise_reduction={reduction}")
        ratios = [run() / ensemble(1, size, realizations, *weak)() for _ in range(rounds)]
        cost = f"| {reduction} | {statistics.median(ratios):.2f} | {min(ratios):.2f} to {max(ratios):.2f} |"
        if realizations < 100:  # too few for a ratio of variances
            print(f"{cost} |", flush=True)
            continue
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([str(PROGRAM), "run", f"--system1.size={size}", f"--system2.size={size}", *weak,
                            f"--ensemble.realizations={min(realizations, 400)}", "--output.samples=false",
                            f"--solver.noise_reduction={reduction}", f"--output.file={directory}/r.h5"],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with h5py.File(f"{directory}/r.h5") as file:
                ratio_of_variances = file["ensemble/observables/heat_current/variance_ratio"][0]
        late = ratio_of_variances[len(ratio_of_variances) // 2:].mean() ** 0.5
        print(f"{cost} {late * statistics.median(ratios) ** 0.5:.3f} |", flush=True)


def script(size, realizations, cores):
    """The scipy script with BLAS threads on all cores."""
    return lambda: seconds([*PEER, str(size), str(realizations)],
                           {"OPENBLAS_NUM_THREADS": str(cores), "OMP_NUM_THREADS": str(cores)})


def require_equal(size, realizations):
    """The script and the program average to the same curves: both draw their own matrices, so the
    largest deviation is held against the standard errors of both."""
    with tempfile.TemporaryDirectory() as directory:
        samples, results = f"{directory}/script.npy", f"{directory}/r.h5"
        subprocess.run([*PEER, str(size), str(realizations), samples], check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run([str(PROGRAM), "run", f"--system1.size={size}", f"--system2.size={size}",
                        "--coupling.strength=0.3", f"--ensemble.realizations={realizations}",
                        "--output.samples=false", SAME_OBSERVABLES, UNREDUCED, f"--output.file={results}"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        script = numpy.load(samples)  # (realizations, observables, times)
        worst = 0.0
        with h5py.File(results) as file:
            names = ("energy_1", "energy_2", "current_1", "current_2")
            for column, name in enumerate(names):
                group = file["ensemble/observables"][name]
                error = numpy.hypot(script[:, column].std(axis=0, ddof=1) / realizations ** 0.5,
                                    group["stderr"][0])
                moved = error > 1e-9  # nothing fluctuates at t = 0
                difference = numpy.abs(script[:, column].mean(axis=0) - group["mean"][0])
                worst = max(worst, (difference[moved] / error[moved]).max())
    print(f"\nThe script's and the program's curves at N = {size}, {realizations} realizations each: "
          f"largest of {len(names)} x 201 deviations {worst:.2f} standard errors")
    if worst > 5.0:
        sys.exit("The scipy script and rmtheat do not compute the same curves.")


def ratio(name, slow, fast, rounds):
    """Time of `slow` over time of `fast`, pair by pair."""
    pairs = [(slow(), fast()) for _ in range(rounds)]
    ratios = [a / b for a, b in pairs]
    print(f"| {name} | {statistics.median(a for a, _ in pairs):.3g} s "
          f"| {statistics.median(b for _, b in pairs):.3g} s | {statistics.median(ratios):.2f} "
          f"| {min(ratios):.2f} to {max(ratios):.2f} |", flush=True)


def second_moments(rounds):
    """What second moments cost beside all else that a realization has."""
    print("\n| with second moments / without, one rank | with | without | ratio | range |\n|---|---|---|---|---|")
    for size, realizations in ((10, 2000), (50, 2)):
        for coupling in ("gue", "goe"):
            option = f"--coupling.ensemble={coupling}"
            ratio(f"N = {size}, {coupling}, {realizations} realizations",
                  ensemble(1, size, realizations, option, "--observables.statistics=true"),
                  ensemble(1, size, realizations, option), rounds)


def predictions(rounds):
    """Whole `predict` commands on one core: every order, large N and 10 levels, 1000 times."""
    print("\n| predict, LO + NLO + all orders + kinetic, 1000 times | time |\n|---|---|")
    for density in ("gaussian", "uniform", "semicircle", "gamma"):
        with tempfile.TemporaryDirectory() as directory:
            command = [str(PROGRAM), "predict", f"--system1.density={density}",
                       f"--system2.density={density}", "--time.steps=1000",
                       f"--output.file={directory}/p.h5"]
            times = [seconds(command) for _ in range(rounds)]
        print(f"| {density} | {statistics.median(times):.2f} s |", flush=True)


def realization_against_eigensolver(ranks, size, rounds, *arguments):
    output = subprocess.run([MPIEXEC, "-np", str(ranks), str(REALIZATION), str(size), str(rounds),
                             *arguments], check=True, capture_output=True, text=True).stdout
    print(f"\n{output.strip()}", flush=True)


def lanczos(ranks, vectors=80, sizes=(100, 200, 300, 500, 1000)):
    """Chains of a fixed length: seconds, GB/s against STREAM triad, exponent of the time in D."""
    print(f"\n| D, Lanczos chain of {vectors} vectors on {ranks} ranks | projections | whole chain "
          "| projections | triad | of triad |\n|---|---|---|---|---|---|")
    points = []
    for size in sizes:
        chains = max(3, 300 // size)
        output = subprocess.run([MPIEXEC, "-np", str(ranks), str(LANCZOS), str(size), str(vectors),
                                 str(chains)], check=True, capture_output=True, text=True).stdout
        dimension, _, _, projecting, whole, rate, triad, share = map(float, output.split())
        points.append((math.log(dimension), math.log(whole)))
        print(f"| {dimension:.0f} | {projecting:.3g} s | {whole:.3g} s | {rate:.1f} GB/s | {triad:.1f} GB/s "
              f"| {100 * share:.0f} % |", flush=True)
    exponent = numpy.polyfit(*zip(*points), 1)[0]
    print(f"\nTime of a chain of {vectors} vectors grows as D^{exponent:.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=["small", "medium"],
                        choices=["small", "medium", "large", "lanczos", "noise", "statistics"])
    parser.add_argument("--cores", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    cores, rounds = arguments.cores, arguments.rounds
    if "lanczos" in arguments.what:
        lanczos(cores)
    if "noise" in arguments.what:
        noise_reduction(rounds, 10, 2000)
        noise_reduction(1, 50, 2)
    if "statistics" in arguments.what:
        second_moments(rounds)
    if not set(arguments.what) - {"lanczos", "noise", "statistics"}:
        return

    print(f"{time.strftime('%Y-%m-%d')}, {cores} cores, {platform.machine()}, medians of {rounds} "
          "interleaved rounds\n")
    print("| first against second | first | second | ratio | range |")
    print("|---|---|---|---|---|")
    if "small" in arguments.what:
        ratio("scipy script / rmtheat, N = 10, 1000 realizations", script(10, 1000, cores),
              ensemble(cores, 10, 1000, SAME_OBSERVABLES), rounds)
        ratio("the same, 4000 realizations", script(10, 4000, cores),
              ensemble(cores, 10, 4000, SAME_OBSERVABLES), 1)
        if importlib.util.find_spec("qutip"):
            ratio("QuTiP script / rmtheat, N = 10, 4 realizations", lambda: seconds([*QUTIP, "10", "4"]),
                  ensemble(cores, 10, 4, SAME_OBSERVABLES), 1)
    for what, size, realizations in (("medium", 40, 4), ("large", 50, 2)):
        if what not in arguments.what:
            continue
        dimension = size * size
        ratio(f"scipy script / rmtheat, D = {dimension}, {realizations} realizations",
              script(size, realizations, cores),
              ensemble(cores, size, realizations, SAME_OBSERVABLES), rounds)
        ratio(f"1 rank / 2 ranks in one group, D = {dimension}", ensemble(1, size, 1),
              ensemble(2, size, 1, "--solver.ranks_per_group=2"), rounds)
        # Several each: the first of every rank also pays for its memory.
        ratio(f"1 rank / 2 groups of 1, D = {dimension}, 6 realizations", ensemble(1, size, 6),
              ensemble(2, size, 6, "--solver.ranks_per_group=1"), rounds)
        ratio(f"GUE / GOE, D = {dimension}, {cores} ranks in one group",
              ensemble(cores, size, 1, f"--solver.ranks_per_group={cores}"),
              ensemble(cores, size, 1, f"--solver.ranks_per_group={cores}",
                       "--coupling.ensemble=goe"), rounds)
    predictions(rounds)
    if "small" in arguments.what:
        require_equal(10, 1000)
        realization_against_eigensolver(1, 10, 200)
    if "medium" in arguments.what:
        realization_against_eigensolver(2, 40, rounds)
    if "large" in arguments.what:
        realization_against_eigensolver(2, 50, rounds)


if __name__ == "__main__":
    main()
