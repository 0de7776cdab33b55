"""tools/study runs tiny studies to their reports."""

import base64
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.dom.minidom

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])
sys.path.insert(0, str(SOURCE / "tools/python"))
import rmtheat  # noqa: E402

TINY = '"ensemble.realizations" = 24\n"time.steps" = 24\n'
DENSITIES = '"system.density" = ["gaussian", "gamma"]\n'
BOTH_METHODS = '"solver.method" = "{method}"\n"system.size" = {size}\n'
QUICK = {
    "early_time": [DENSITIES + '"system.size" = 4\n"time.steps" = 80\n"ensemble.realizations" = 24\n'],
    "plateau": ['"system.size" = 5\n"coupling.strength" = [0.3, 0.6]\n' + TINY],
    "densities": [DENSITIES + '"system.size" = 4\n' + TINY,
                  DENSITIES + 'verb = "predict"\nname = "p_{density}"\n"system.beta" = "0.5, 1"\n"system.size" = 4\n'],
    "rooms": ['"system.levels" = ["quantile", "gue", "iid"]\n"system.size" = [3, 6]\n'
              '"solver.method" = "diagonalization"\n' + TINY],
    "coupling": ['"system.size" = 4\n"coupling.strength" = [0.05, 0.8]\n"ensemble.realizations" = 60\n'],
    "universality": ['"coupling.structure" = "full"\n"system.size" = 4\n' + TINY,
                     'name = "p{terms}"\n"coupling.structure" = "products"\n"coupling.terms" = [1, 4]\n"system.size" = 4\n' + TINY,
                     'name = "b{bandwidth}"\n"coupling.structure" = "band"\n"coupling.bandwidth" = [1, 2]\n"system.size" = 4\n' + TINY],
    "chains": [f'name = "{chain}_{door}"\n"system1.file" = "{{folder}}/{chain}_3.h5:/h1"\n'
               f'"system2.file" = "{{folder}}/{chain}_3.h5:/h2"\n"coupling.structure" = "{structure}"\n{more}' + TINY
               for chain in ("tilted", "transverse")
               for door, structure, more in (("full", "full", ""), ("products", "products", ""),
                                             ("bond", "file", f'"coupling.file" = "{{folder}}/{chain}_3.h5"\n'))],
    "noise": ['name = "s{strength}"\n"coupling.strength" = [0.2, 0.4]\n"system.size" = 4\n"ensemble.realizations" = 24\n',
              'name = "equal"\n"coupling.strength" = 0.3\n"system.beta" = 0.65\n"system.size" = 4\n"ensemble.realizations" = 24\n'],
    "size": [BOTH_METHODS.format(method="diagonalization", size="[3, 5]") + TINY,
             BOTH_METHODS.format(method="lanczos", size=8) + TINY,
             'verb = "predict"\nname = "p{size}"\n"system.size" = [3, 5, 8]\n'],
}
NAMES = {"early_time": "{density}", "plateau": "{strength}", "densities": "{density}", "rooms": "{levels}_{size}",
         "coupling": "{size}_{strength}", "size": "{size}", "universality": "full", "chains": "", "noise": ""}


def well_formed(page):
    """Parses it: as XML, which is stricter than HTML is."""
    xml.dom.minidom.parseString(page.read_text(encoding="utf-8").replace("<!DOCTYPE html>", ""))


class Studies(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="rmtheat-study-")
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.output = self.directory / "out"
        for name, tables in QUICK.items():
            folder = self.directory / "jobs" / name
            folder.mkdir(parents=True)
            (folder / f"{name}.ini").write_bytes((SOURCE / f"jobs/study/{name}/{name}.ini").read_bytes())
            (folder / "study.toml").write_text(
                f'title = "Study {name}"\nname = "{NAMES[name]}"\nown_seeds = {"true" if name == "size" else "false"}\n' + "".join(f"[[quick]]\n{table}" for table in tables))

    def study(self, *arguments, launcher=f"{os.environ['RMTHEAT_MPIEXEC']} -np 2", **environment):
        return subprocess.run(
            [SOURCE / "tools/study", "--jobs", self.directory / "jobs", "--output", self.output, *arguments],
            cwd=self.directory, capture_output=True, text=True, timeout=300, check=False,
            env={**os.environ, "RMTHEAT_LAUNCHER": launcher, "PYTHONDONTWRITEBYTECODE": "1", **environment})

    def test_every_study_comes_to_its_report(self):
        done = self.study(launcher="")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        index = (self.output / "index.html").read_text()
        for name in QUICK:
            self.assertIn(f'href="{name}.html"', index)
            page = (self.output / f"{name}.html").read_text()
            sources = re.findall(r'(?:src|href)="([^"]*)"', page)
            self.assertGreater(len(sources), 0)
            for source in sources:
                kind, data = source.split(",", 1)
                self.assertEqual(kind, "data:image/png;base64")
                self.assertEqual(base64.b64decode(data)[1:4], b"PNG")
            verdicts = re.findall(r'<td class="(yes|no)">(yes|no)</td><td>(.*?)</td>', page)
            self.assertGreater(len(verdicts), 1)
            for shown, word, evidence in verdicts:
                self.assertEqual(shown, word)
                self.assertRegex(evidence, r"\d")
            self.assertIn("[coupling]", page)  # the jobs themselves
            answer = re.search(r'<p class="answer">(.*)</p>', page)[1]
            self.assertRegex(answer, r"\d")
            self.assertIn(answer, index)
            self.assertIn(f"tools/study --jobs {self.directory / 'jobs'}", page)
            self.assertIn("ensembles has a seed of its own" if name == "size" else "they are not independent", page)
        coupling = (self.output / "coupling.html").read_text()
        self.assertRegex(coupling, r"LO: first rejected at λ = 0.8")
        self.assertIn("<svg", index)
        self.assertRegex(index, r'<span class="(holds|rejected|unresolved)">')
        for file in re.findall(r'href="([^"]+)"', index):
            self.assertTrue((self.output / file).exists(), file)
        for page in self.output.glob("*.html"):
            well_formed(page)

        # Once more: nothing is run again that is complete.
        again = self.study("size")
        self.assertEqual(again.returncode, 0)
        self.assertEqual((again.stdout.count(": complete\n"), again.stderr), (6, ""))
        seeds = {rmtheat.open(path).attributes["seed"] for path in (self.output / "size").glob("[0-9].h5")}
        self.assertEqual(len(seeds), 3)

    def test_interrupted(self):
        """Ctrl-C, which the terminal sends to the whole group, ends it in one line of its own."""
        started = subprocess.Popen([SOURCE / "tools/study", "--output", self.output, "plateau"], text=True, start_new_session=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "RMTHEAT_LAUNCHER": ""})
        started.stdout.readline()  # the job begins
        time.sleep(0.5)
        os.killpg(started.pid, signal.SIGINT)
        _, messages = started.communicate(timeout=120)
        self.assertEqual(started.returncode, 130)
        self.assertNotIn("Traceback", messages)
        self.assertIn("tools/study: interrupted", messages.splitlines()[-1])

    def test_jobs_one_by_one(self):
        listed = self.study("--list", "plateau").stdout.splitlines()
        self.assertEqual(len(listed), 2)
        self.assertIn("--system1.size=5 --system2.size=5", listed[0])
        self.assertEqual(self.study("--task", "1", "plateau").returncode, 0)
        self.assertEqual([file.name for file in (self.output / "plateau").glob("*.h5")], ["0.6.h5"])

    def test_refusals(self):
        for arguments, sentence in ((["--task", "2", "plateau"], "tools/study: --task 2: there are 2 jobs, from 0."),
                                    (["plateau", "--task=-1"], "tools/study: --task -1: there are 2 jobs, from 0."),
                                    (["nonsense"], "tools/study: error: no study nonsense: there are early_time, plateau, "),
                                    (["--full"], "early_time/study.toml has no setting full.")):
            done = self.study(*arguments, PYTHONPROFILEIMPORTTIME="1")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(sentence, done.stderr.splitlines()[-1])
            # Nothing is waited for that a refusal does not take.
            self.assertIn("runs", done.stderr)
            self.assertNotIn("matplotlib.pyplot", done.stderr)
            self.assertNotIn("rmtheat.results", done.stderr)
            self.assertFalse(self.output.exists())


class TheRealJobs(unittest.TestCase):
    def test_both_settings_of_every_study_are_listed(self):
        for setting in ("--quick", "--full"):
            done = subprocess.run([SOURCE / "tools/study", setting, "--list"], capture_output=True, text=True,
                                  timeout=60, check=True, env={**os.environ, "RMTHEAT_LAUNCHER": ""})
            for line in done.stdout.splitlines():
                config = re.search(r"--config=(\S+)", line)[1]
                self.assertTrue(pathlib.Path(config).is_file())
            self.assertGreater(len(done.stdout.splitlines()), 20)


if __name__ == "__main__":
    unittest.main()
