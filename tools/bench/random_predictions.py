#!/usr/bin/env python3
"""Random settings: each must end complete, or refused with status 2 and without a file, within a time.

    tools/bench/random_predictions.py PROGRAM [--verb=predict] [--count=300] [--seed=1] [--seconds=30] [--only=K]

Sizes to 6, all densities and level placements, temperatures from -5 to 100 as the densities admit
them, widths from 0.01 to 100, times to 1000. --verb=run simulates four realizations besides, by any method. Prints each setting that fails, as options; exits with 1 if there are any.
--only=K runs setting K of the seed again. Time is that of the process on its core."""

import argparse
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile

ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1",
               "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_pml": "ob1"}


def logarithmic(source, low, high):
    return low * (high / low) ** source.random()


def system(source, number):
    density = source.choice(["gaussian", "uniform", "semicircle", "gamma"])
    width = logarithmic(source, 0.01, 100.0)
    options = {"density": density, "size": source.randint(1, 6),
               "levels": source.choice(["quantile", "iid", "gue"])}
    options |= {"gaussian": {"sigma": width}, "uniform": {"half_width": width},
                "semicircle": {"radius": width},
                "gamma": {"scale": width, "shape": logarithmic(source, 0.5, 5.0)}}[density]
    low = max(-5.0, -0.9 / width) if density == "gamma" else -5.0
    options["beta"] = low + (100.0 - low) * source.random() ** 3
    return [f"--system{number}.{name}={value}" for name, value in options.items()]


def setting(source, verb):
    options = [*system(source, 1), *system(source, 2),
               f"--coupling.strength={logarithmic(source, 0.01, 10.0)}",
               f"--time.end={logarithmic(source, 0.1, 1000.0)}", f"--time.steps={source.choice([1, 20, 200])}",
               f"--observables.conductance={source.choice(['true', 'false'])}"]
    if verb == "predict":
        return [*options, "--ensemble.realizations=2"]
    return [*options, "--ensemble.realizations=4", f"--coupling.ensemble={source.choice(['gue', 'goe'])}",
            f"--solver.method={source.choice(['auto', 'diagonalization', 'lanczos'])}"]


def run(program, verb, options, seconds):
    """Whether it ended as it must, status, seconds on the core, last words."""
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "p.h5"
        command = [program, verb, *options, f"--output.file={file}"]

        def limit():
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))

        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit,
                              env={**os.environ, **ENVIRONMENT})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        words = done.stderr.strip().splitlines()[-1:]
        ended = ((done.returncode == 0 and ("complete" if verb == "run" else "written") in "".join(words))
                 or (done.returncode == 2 and not file.exists()))
        return ended and used <= seconds, done.returncode, used, words


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--verb", choices=["predict", "run"], default="predict")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--only", type=int)
    arguments = parser.parse_args()
    failed, slowest, refused = 0, 0.0, 0
    for k in range(arguments.count) if arguments.only is None else [arguments.only]:
        options = setting(random.Random(f"{arguments.seed} {k}"), arguments.verb)
        ended, status, used, words = run(arguments.program, arguments.verb, options, arguments.seconds)
        slowest = max(slowest, used)
        refused += status == 2
        if not ended:
            failed += 1
            print(f"{k}: status {status}, {used:.1f} s, {' '.join(words)}\n  {' '.join(options)}", flush=True)
    print(f"seed {arguments.seed}: {failed} failed, {refused} refused, slowest {slowest:.1f} s")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
