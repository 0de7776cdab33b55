#!/usr/bin/env python3
"""How often `rmtheat compare` rejects predictions that are as good as 1/D lets them be, at 1 %.

    tools/bench/calibration.py PROGRAM [--setting=goe,8,0.1 ...] [--ensembles=200] [--realizations=200] [--seed=1000]

Of each setting (law, N, lambda; beta 1 and 0.3, t = 10) so many ensembles are simulated by diagonalization, with
seeds from --seed on, and compared. Prints for each order on the levels used the share of ensembles that reject it,
that are "not resolved", and that give each observable alone a p-value below 1 %. Exits with 1 where all orders are
rejected in more than 3 %."""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1",
               "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_pml": "ob1"}
ORDERS = ("lo", "nlo", "resummed")
SIGNIFICANCE, MOST = 0.01, 0.03
SETTINGS = ["goe,8,0.1", "goe,8,0.2", "gue,5,0.3"]


def compared(program, setting, realizations, seed):
    """The predictions of one ensemble, as `rmtheat compare --json` judges them."""
    law, size, strength = setting.split(",")
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "ensemble.h5"
        options = [f"--system1.size={size}", f"--system2.size={size}", "--system1.beta=1", "--system2.beta=0.3",
                   f"--coupling.ensemble={law}", f"--coupling.strength={strength}", "--time.end=10", "--time.steps=50",
                   "--solver.method=diagonalization", f"--ensemble.realizations={realizations}",
                   f"--ensemble.seed={seed}", f"--output.file={file}"]
        environment = {**os.environ, **ENVIRONMENT}
        subprocess.run([program, "run", *options], check=True, capture_output=True, env=environment)
        done = subprocess.run([program, "compare", str(file), "--json", f"--significance={SIGNIFICANCE}"], check=True,
                              capture_output=True, text=True, env=environment)
    return json.loads(done.stdout)["predictions"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--setting", action="append", metavar="LAW,N,LAMBDA")
    parser.add_argument("--ensembles", type=int, default=200)
    parser.add_argument("--realizations", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1000)
    arguments = parser.parse_args()
    last, worst = arguments.seed + arguments.ensembles - 1, 0.0
    for setting in arguments.setting or SETTINGS:
        counts = {order: collections.Counter() for order in ORDERS}
        for seed in range(arguments.seed, last + 1):
            predictions = compared(arguments.program, setting, arguments.realizations, seed)
            for order in ORDERS:
                prediction = predictions[f"finite_n/{order}"]
                counts[order][prediction["verdict"]] += 1
                for row in prediction["observables"]:
                    counts[order][row["observable"]] += row.get("p_value", 1.0) < SIGNIFICANCE
        print(f"{setting}: {arguments.ensembles} ensembles of {arguments.realizations}, seeds {arguments.seed} to {last}")
        for order, found in counts.items():
            share = {name: count / arguments.ensembles for name, count in found.items()}
            rejected, unresolved = share.pop("rejected", 0.0), share.pop("unresolved", 0.0)
            share.pop("holds", None)
            worst = max(worst, rejected if order == "resummed" else 0.0)
            print(f"  {order:<9} rejected {rejected:6.1%}, not resolved {unresolved:6.1%}; p < 1 %: "
                  + ", ".join(f"{name} {value:.1%}" for name, value in share.items()), flush=True)
    sys.exit(worst > MOST)


if __name__ == "__main__":
    main()
