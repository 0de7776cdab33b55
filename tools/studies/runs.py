"""The jobs of a study: which there are, where their results lie, and how they are run.

jobs/study/NAME/study.toml says what is run on top of NAME.ini. For each setting (quick, full) it has
tables of options; a list of values makes one job of every combination. `system` stands for both
systems, and `name` is the results file's, with options by the last part of their names:

    title = "..."
    name = "n{size}_{strength}"

    [[quick]]
    "system.size" = 10
    "coupling.strength" = [0.1, 0.2]

Ensembles with one seed share their random numbers: differences between them are then taken in each
realization. `own_seeds = true` gives each job one of its own, so that fits through them have independent
points.

"{folder}" in a value is the folder of the study's results, for files that its `prepare` writes there.
A table with verb = "predict" asks for predictions alone; a table may have a `name` of its own.
"""

import configparser
import itertools
import pathlib
import subprocess
import zlib
from dataclasses import dataclass
from functools import cached_property

try:
    import tomllib
except ImportError:  # before Python 3.11: the package that became it, or pip's copy
    try:
        import tomli as tomllib
    except ImportError:
        from pip._vendor import tomli as tomllib

BOTH = "system."


def _rmtheat():
    import rmtheat  # only where files are read: a list or a refusal does not wait for it

    return rmtheat


class Failure(Exception):
    """Something that the user must know, in one sentence."""


@dataclass
class Run:
    """One job of a study. `options` are those of study.toml, by full name."""

    config: pathlib.Path
    options: dict
    output: pathlib.Path
    verb: str = "run"
    comparison: object = None

    def __getitem__(self, name):
        """The value of the option of this name, given by its last part."""
        values = [value for option, value in self.options.items() if option.endswith(f".{name}")]
        if len(values) != 1:
            raise KeyError(name)
        return values[0]

    def arguments(self):
        """The options as the program takes them."""
        found = []
        for option, value in self.options.items():
            targets = ([f"system1.{option.removeprefix(BOTH)}", f"system2.{option.removeprefix(BOTH)}"]
                       if option.startswith(BOTH) else [option])
            text = str(value).lower() if isinstance(value, bool) else str(value)
            found += [f"--{target}={text}" for target in targets]
        return found

    def command(self, program, launcher):
        launcher = launcher if self.verb == "run" else []
        return [*launcher, str(program), self.verb, f"--config={self.config}", *self.arguments(),
                f"--output.file={self.output}"]

    @cached_property
    def results(self):
        return _rmtheat().open(self.output)

    def is_complete(self):
        """Whether the results are all there, of exactly these options."""
        if not self.output.exists():
            return False
        try:
            with _rmtheat().open(self.output) as found:
                wanted = {option: text for option, text in self.options_in_full().items() if not option.startswith("output.")}
                return (found.status == "complete"
                        and bool(found.realizations) == (self.verb == "run")
                        and all(_alike(found.config.get(*option.split(".", 1), fallback=None), text)
                                for option, text in wanted.items()))
        except (OSError, ValueError):
            return False

    def options_in_full(self):
        """Those of the INI file and of study.toml, for each system by itself."""
        ini = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=("#",))
        ini.read(self.config)
        found = {f"{section}.{key}": value for section in ini.sections() for key, value in ini[section].items()}
        return {**found, **dict(argument.removeprefix("--").split("=", 1) for argument in self.arguments())}

    def execute(self, program, launcher):
        """Runs the job, or what is left of it."""
        if self.is_complete():
            print(f"{self.output}: complete", flush=True)
            return
        self.output.parent.mkdir(parents=True, exist_ok=True)
        with subprocess.Popen(self.command(program, launcher)) as job:
            try:
                job.wait()
            except KeyboardInterrupt:
                job.wait()  # it has had the signal as well, and writes what it has
                raise
        if job.returncode != 0:
            raise Failure(f"{self.output}: rmtheat {self.verb} ended with status {job.returncode}.")

    def compare(self, program, significance):
        """rmtheat compare, at this significance; once."""
        if self.comparison is None:
            try:
                self.comparison = _rmtheat().compare(self.output, significance, program)
            except ValueError as error:
                raise Failure(f"{self.output}: rmtheat compare: {error}") from error
        return self.comparison


def _alike(one, other):
    """Whether two values mean the same: 0.50 and 0.5, "1, 2" and "1,2"."""
    if one is None:
        return False
    try:
        return [float(each) for each in one.split(",")] == [float(each) for each in other.split(",")]
    except ValueError:
        return one.strip() == other.strip()


@dataclass
class Study:
    """One study at one setting: its simulations, and predictions for further options."""

    name: str
    title: str
    setting: str
    runs: list
    predictions: list
    program: pathlib.Path

    @property
    def jobs(self):
        return self.runs + self.predictions

    def compare_all(self):
        """Every simulation's comparison. They are tested together, at 1 % in all (Bonferroni)."""
        return [run.compare(self.program, 0.01 / len(self.runs)) for run in self.runs]


def load(folder, setting, output, program):
    """The study of a folder of jobs/study at a setting; its results lie in output/NAME."""
    name = folder.name
    with open(folder / "study.toml", "rb") as file:
        content = tomllib.load(file)
    if setting not in content:
        raise Failure(f"{folder / 'study.toml'} has no setting {setting}.")
    jobs = {"run": [], "predict": []}
    for table in content[setting]:
        verb, pattern = table.pop("verb", "run"), table.pop("name", content["name"])
        for options in _combinations(table):
            file = output / name / f"{pattern.format(**_short(options))}.h5"
            options = {option: value.replace("{folder}", str(file.parent)) if isinstance(value, str) else value
                       for option, value in options.items()}
            if content.get("own_seeds") and verb == "run":
                options["ensemble.seed"] = _own_seed(folder / f"{name}.ini", options, file)
            jobs[verb].append(Run(folder / f"{name}.ini", options, file, verb))
    files = [run.output for run in jobs["run"] + jobs["predict"]]
    if len(set(files)) != len(files):
        raise Failure(f"{folder / 'study.toml'}: two jobs have the same name.")
    return Study(name, content["title"], setting, jobs["run"], jobs["predict"], program)


def _own_seed(ini, options, file):
    """Of the study's seed and the results' name, so that no other job's seed depends on it."""
    config = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=("#",))
    config.read(ini)
    seed = int(options.get("ensemble.seed", config["ensemble"]["seed"]))
    return seed * 1_000_000 + zlib.crc32(file.stem.encode()) % 1_000_000


def _combinations(table):
    lists = [value if isinstance(value, list) else [value] for value in table.values()]
    for values in itertools.product(*lists):
        yield dict(zip(table, values))


def _short(options):
    return {option.split(".")[1]: value for option, value in options.items()}


def about_seeds(runs):
    """Whether the ensembles are independent of each other, in a sentence."""
    seeds = sorted({run.results.attributes["seed"] for run in runs})
    if len(seeds) == len(runs):
        return f"Each of the {len(runs)} ensembles has a seed of its own: they are independent."
    return (f"The {len(runs)} ensembles have the seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))} in common, and with "
            "it random numbers: they are not independent. Deviations of one sign in several of them count as one; differences between "
            "them are the more precise.")


def provenance(runs):
    """What the results say of their making: rows of (what, value), each value once."""
    rows = []
    for what in ("code_version", "git_commit", "machine", "libraries", "ranks"):
        values = sorted({str(run.results.attributes[what]) for run in runs})
        rows.append((what.replace("_", " "), " / ".join(values)))
    created = sorted(run.results.attributes["created"] for run in runs)
    rows.append(("results written", f"{created[0]} to {created[-1]}"))
    return rows


def configurations(runs):
    """The whole job of each run as INI text, by file name."""
    return {run.output.name: run.results.attributes["config"] for run in runs}

