"""Runs the studies of jobs/study, or what is missing of them, and writes for each a report that needs
no other file, and an index of all. A study that was interrupted continues."""

import argparse
import importlib
import os
import pathlib
import shlex
import sys

from runs import Failure, about_seeds, configurations, load, provenance

JOBS = pathlib.Path(__file__).resolve().parents[2] / "jobs/study"
# In the order of the index.
STUDIES = ("early_time", "plateau", "densities", "rooms", "coupling", "size", "universality", "chains", "noise")


def parse():
    parser = argparse.ArgumentParser(prog="tools/study", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(STUDIES)} (default: all)")
    setting = parser.add_mutually_exclusive_group()
    setting.add_argument("--quick", dest="setting", action="store_const", const="quick", default="quick",
                         help="small systems and ensembles, minutes on 2 cores (default)")
    setting.add_argument("--full", dest="setting", action="store_const", const="full",
                         help="larger ones, one to two hours on 2 cores, or a job array: jobs/study/array.sbatch")
    parser.add_argument("--output", type=pathlib.Path, metavar="DIR",
                        help="folder of results and reports (default: out/study/quick or full)")
    parser.add_argument("--jobs", type=pathlib.Path, default=JOBS, metavar="DIR",
                        help="folder of the studies (default: jobs/study)")
    parser.add_argument("--list", action="store_true", help="print the commands of all jobs and stop")
    parser.add_argument("--task", type=int, metavar="K",
                        help="run job K of that list, from 0, and stop: for job arrays")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(STUDIES)
    if unknown:
        parser.error(f"no study {', '.join(sorted(unknown))}: there are {', '.join(STUDIES)}")
    return arguments


def prepare(studies):
    """Has studies that make input files of their own write them."""
    for study in studies:
        module = importlib.import_module(study.name)
        if hasattr(module, "prepare"):
            module.prepare(study)


def main():
    arguments = parse()
    program = os.environ["RMTHEAT_PROGRAM"]
    launcher = shlex.split(os.environ["RMTHEAT_LAUNCHER"])
    output = arguments.output or pathlib.Path("out/study") / arguments.setting
    studies = [load(arguments.jobs / name, arguments.setting, output, program)
               for name in STUDIES if name in (arguments.names or STUDIES)]
    jobs = [run for study in studies for run in study.jobs]
    if arguments.list:
        for run in jobs:
            print(shlex.join(run.command(program, launcher)))
        return
    if arguments.task is not None:
        if not 0 <= arguments.task < len(jobs):
            raise Failure(f"--task {arguments.task}: there are {len(jobs)} jobs, from 0.")
        run = jobs[arguments.task]
        prepare([study for study in studies if run in study.jobs])
        run.output.parent.mkdir(parents=True, exist_ok=True)
        command = run.command(program, launcher)
        # Signals of the queueing system then reach the launcher, with nothing between.
        os.execvp(command[0], command)
    write_reports(studies, program, launcher, output)


def write_reports(studies, program, launcher, output):
    """Runs what is missing and writes the reports."""
    import matplotlib  # only now: what takes none, as a refusal, does not wait for it
    from rmtheat.style import SCREEN

    from report import write_index

    matplotlib.use("agg")
    matplotlib.rcParams.update(SCREEN)
    reports = []
    how = [("command", shlex.join(["tools/study", *sys.argv[1:]]))]
    prepare(studies)
    for study in studies:
        print(f"== {study.title}", flush=True)
        for run in study.jobs:
            run.execute(program, launcher)
        report = importlib.import_module(study.name).report(study)
        report.note = about_seeds(study.runs)
        file = output / f"{study.name}.html"
        report.write(file, how + provenance(study.jobs), configurations(study.jobs))
        reports.append((file.name, report, [(run.results, run.comparison) for run in study.runs]))
        print(file, flush=True)
    if len(studies) == len(STUDIES):
        write_index(output / "index.html", reports, how + provenance([run for study in studies for run in study.jobs]))
        print(output / "index.html")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"tools/study: {failure}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("tools/study: interrupted; started again it goes on.", file=sys.stderr)
        sys.exit(130)
