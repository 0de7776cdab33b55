"""Help, manual page, completion of the shell and dry runs say what the program does."""

import os
import re
import shutil
import subprocess
import unittest

try:
    import pexpect
except ImportError:
    pexpect = None

from program import ProgramTest, PROGRAM, TIMEOUT, small_with

PREFIX = os.path.dirname(os.path.dirname(PROGRAM))
MANUAL = os.path.join(PREFIX, "share/man/man1/rmtheat.1")
COMPLETION = os.path.join(PREFIX, "share/bash-completion/completions/rmtheat")
VERBS = ("run", "predict", "compare", "table", "merge", "info")


class Words(ProgramTest):
    def options(self):
        """[("coupling", "strength"), ...] as the table of options has them."""
        section = None
        found = []
        for line in self.start("--options-markdown").output.splitlines():
            if heading := re.match(r"\*\*\[(\w+)\]\*\*", line):
                section = heading.group(1)
            elif row := re.match(r"\| `(\w+)`", line):
                found.append((section, row.group(1)))
        self.assertGreater(len(found), 30)
        return found

    def test_help_has_defaults_units_and_allowed_values_by_section(self):
        text = self.start("--help").output
        sections = dict(re.findall(r"^\[(\w+)\].*\n((?:  .*\n)+)", text, re.MULTILINE))
        for section, key in self.options():
            self.assertRegex(sections[section], rf"(?m)^  {key}( =|$)")
        self.assertIn("  strength = 0.1\n      coupling strength lambda, H = H_1 + H_2 + lambda V\n"
                      "      a number >= 0, units energy\n", sections["coupling"])
        for verb in VERBS:
            self.assertIn(f"  rmtheat {verb} ", text)
            usage = self.start(verb, "--help")
            self.assertEqual(usage.status, 0)
            self.assertIn(f"usage: rmtheat {verb} ", usage.output)

    def test_manual_page(self):
        with open(MANUAL, encoding="utf-8") as file:
            page = file.read()
        self.assertEqual(page, self.start("--manual-page").output)
        for verb in VERBS:
            self.assertIn(f"\n.TP\n.B {verb}\n", page)
        for section, key in self.options():
            self.assertIn(f"\n.B \\-\\-{section}.{key}=", page)
        for status in (0, 1, 2, 3, 75):
            self.assertIn(f"\n.B {status}\n", page)
        for line in page.splitlines():
            self.assertFalse(line.startswith("'"), line)
            if line.startswith("."):
                self.assertIn(line.split()[0], (".TH", ".SH", ".SS", ".TP", ".B", ".br"))

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_groff_reads_the_manual_page(self):
        plain = ["-P-c", "-P-b", "-P-u"]  # no letters printed twice for bold
        done = subprocess.run(["groff", "-man", "-Tascii", "-ww", *plain, MANUAL],
                              capture_output=True, text=True, check=True, timeout=60)
        self.assertEqual(done.stderr, "")
        self.assertIn("--time-limit=LIMIT", done.stdout)


class Completion(ProgramTest):
    def complete(self, *words):
        """What bash offers for the last of these words, which follow the program's name."""
        quoted = " ".join(f"'{word}'" for word in ("rmtheat", *words))
        script = (f"source {COMPLETION}\nCOMP_WORDS=({quoted})\nCOMP_CWORD={len(words)}\n"
                  '_rmtheat\nprintf "%s\\n" "${COMPREPLY[@]}"\n')
        done = subprocess.run(["bash", "--norc", "-c", script], cwd=self.directory, check=True,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_verbs(self):
        self.assertEqual(sorted(self.complete("")), sorted([*VERBS, "--help", "--version"]))
        self.assertEqual(self.complete("me"), ["merge"])

    def test_options_of_verbs(self):
        self.assertEqual(self.complete("compare", "--m"), ["--max-chi2="])
        self.assertEqual(self.complete("run", "--time-l"), ["--time-limit="])
        self.assertEqual(self.complete("run", "--coupling.stre"), ["--coupling.strength="])
        self.assertEqual(self.complete("merge", "--coupling.s"), [])
        self.assertEqual(self.complete("predict", "--scan.coupling.stre"), ["--scan.coupling.strength="])
        self.assertEqual(self.complete("run", "--scan.system.si"), ["--scan.system.size=", "--scan.system.sigma="])
        self.assertEqual(self.complete("run", "--scan.output."), [])  # no axes
        self.assertEqual(self.complete("table", "--c"), ["--csv"])
        self.assertEqual(self.complete("compare", "--w"), ["--with="])
        self.assertEqual(self.complete("info", "--target"), ["--target-error="])

    def test_every_option_of_a_job(self):
        offered = self.complete("run", "--")
        for line in self.start("--help").output.splitlines():
            if option := re.match(r"^  (\w+)( = |$)", line):
                self.assertTrue(any(f".{option.group(1)}=" in word for word in offered), line)
        for section in ("system1", "system2"):
            self.assertIn(f"--{section}.sigma=", offered)

    # Of the words that bash passes, "=" is one.
    def test_values(self):
        self.assertEqual(self.complete("run", "--coupling.ensemble", "=", ""), ["gue", "goe"])
        self.assertEqual(self.complete("run", "--coupling.ensemble", "="), ["gue", "goe"])
        self.assertEqual(self.complete("run", "--system2.density", "=", "g"), ["gaussian", "gamma"])
        self.assertEqual(self.complete("run", "--solver.grid_rows", "=", ""), ["auto"])
        self.assertEqual(self.complete("run", "--time.end", "=", ""), [])

    def test_files(self):
        for name in ("job.ini", "job.h5"):
            with open(self.path(name), "w", encoding="ascii"):
                pass
        os.mkdir(self.path("jobs"))
        self.assertEqual(sorted(self.complete("info", "jo")), ["job.h5", "jobs"])
        self.assertEqual(sorted(self.complete("info", "--estimate", "jo")), ["job.ini", "jobs"])
        self.assertEqual(self.complete("run", "--config", "job."), ["job.ini"])
        self.assertEqual(self.complete("run", "--config", "=", "job."), ["job.ini"])
        self.assertEqual(self.complete("merge", "--output", "=", "job."), ["job.h5"])
        self.assertEqual(sorted(self.complete("run", "--system1.file", "=", "job.")), ["job.h5", "job.ini"])


@unittest.skipUnless(pexpect, "pexpect is not installed")
class Terminal(ProgramTest):
    """What TAB does in a real terminal, where readline cuts words and quotes them."""

    def typed(self, keys):
        """The command line after these keys."""
        shell = pexpect.spawn("bash", ["--norc", "--noprofile"], cwd=self.directory, encoding="utf-8", timeout=TIMEOUT,
                              env={**os.environ, "PS1": "> ", "TERM": "dumb", "INPUTRC": os.devnull},
                              dimensions=(50, 500))
        self.addCleanup(shell.close, force=True)
        shell.sendline(f"source {COMPLETION}; bind 'set enable-bracketed-paste off'; PS1=ready'> '")
        shell.expect_exact("ready> ")
        shell.send(keys + "\x01echo \x05\r")  # Ctrl-A echo Ctrl-E: the line is printed, not run
        shell.expect(r"\r\n(?P<line>[^\r\n]*)\r\nready> ")
        return shell.match["line"]

    def test_names_then_values(self):
        with open(self.path("job.ini"), "w", encoding="ascii"), open(self.path("job.h5"), "w", encoding="ascii"):
            pass
        os.mkdir(self.path("scan"))
        for strength in ("0.1", "0.2"):
            with open(self.path(f"scan/size=8_strength={strength}.h5"), "w", encoding="ascii"):
                pass
        os.mkdir(self.path("a=1"))
        for keys, line in (("rmtheat compare sc\tsi\t2\t--verb\t", "rmtheat compare scan/size=8_strength=0.2.h5 --verbose"),
                           ("rmtheat merge --output=scan/size=8_\t1\t", "rmtheat merge --output=scan/size=8_strength=0.1.h5"),
                           ("rmtheat merge --output scan/size=\t1\t", "rmtheat merge --output scan/size=8_strength=0.1.h5"),
                           ("mpirun rmtheat info scan/size=8_strength=0.1\t", "mpirun rmtheat info scan/size=8_strength=0.1.h5"),
                           ("rmtheat info a=\t", "rmtheat info a=1/"),
                           ("rmtheat run --coupling.en\t", "rmtheat run --coupling.ensemble="),
                           ("rmtheat run --coupling.en\tgu\t", "rmtheat run --coupling.ensemble=gue"),
                           ("rmtheat run --config=jo\t", "rmtheat run --config=job.ini"),
                           ("rmtheat compare j\t--verb\t", "rmtheat compare job.h5 --verbose"),
                           ("mpirun -np 2 rmtheat run --coupling.en\tgo\t", "mpirun -np 2 rmtheat run --coupling.ensemble=goe"),
                           ("mpirun -np 2 rmtheat ru\t--conf\tj\t", "mpirun -np 2 rmtheat run --config=job.ini")):
            self.assertEqual(self.typed(keys).rstrip(), line)


class Hints(ProgramTest):
    def test_an_option_of_another_verb(self):
        for arguments, verb in ((["run", "--sweep=coupling.strength=0.1:0.2:3"], "rmtheat predict has it"),
                                (["info", "--ranks=4", "a.h5"], "rmtheat info --estimate has it"),
                                (["predict", "--restart"], "rmtheat run has it")):
            outcome = self.start(*arguments)
            self.assertEqual(outcome.status, 2)
            self.assertIn(verb, outcome.sentences()[0])

    def test_a_repeated_job_file(self):
        outcome = self.start("run", "--config=a.ini", "--config=b.ini")
        self.assertEqual((outcome.status, outcome.sentences()[0].count("--config")), (2, 1))

    def test_a_pair_without_heat_current_reaches_no_target(self):
        self.run_small("--system1.beta=1,0.5", "--system2.beta=0.3,0.5", "--ensemble.realizations=40")
        told = self.start("info", "results.h5", "--target-error=0.001").output
        self.assertRegex(told, r"target error   0.001: no estimate, as the heat current at beta1 = 0.5, beta2 = 0.5")


class DryRun(ProgramTest):
    def dry_run(self, *arguments, ranks=2):
        outcome = self.start("run", *small_with(*arguments), "--dry-run", ranks=ranks)
        self.assertEqual(outcome.status, 0, outcome.messages)
        return outcome.output

    def test_says_all_and_writes_nothing(self):
        output = self.dry_run("--system2.levels=iid")
        for fragment in ("[coupling]\n", "strength = 0.3\n", "levels = iid\n",
                         "6 of 6 realizations to do", "2 groups of 1 rank", "grid", "memory",
                         "method         diagonalization", "realization ", "core hours",
                         "nothing was written"):
            self.assertIn(fragment, output)
        self.assertEqual(self.files(), [])

    def test_its_options_are_a_job(self):
        output = self.dry_run("--system2.levels=iid")
        with open(self.path("job.ini"), "w", encoding="utf-8") as job:
            job.write(output[:output.index("results.h5: ")])
        outcome = self.start("run", "--config", "job.ini", ranks=2)
        self.assertEqual(outcome.status, 0, outcome.messages)
        again = self.dry_run("--system2.levels=iid")
        self.assertIn("0 of 6 realizations to do", again)
        self.assertEqual(self.files(), ["job.ini", "results.h5"])

    def test_continuing_and_restarting(self):
        self.run_small()
        written = os.stat(self.path("results.h5")).st_mtime_ns
        self.assertIn("3 of 9 realizations to do", self.dry_run("--ensemble.realizations=9"))
        outcome = self.start("run", *small_with("--coupling.strength=0.1"), "--dry-run")
        self.assertEqual(outcome.status, 2)
        self.assertIn("coupling.strength", outcome.sentences()[0])
        self.assertIn("6 of 6 realizations to do",
                      self.dry_run("--coupling.strength=0.1", "--restart"))
        self.assertEqual(self.files(), ["results.h5"])
        self.assertEqual(os.stat(self.path("results.h5")).st_mtime_ns, written)

    def test_what_cannot_be_run(self):
        outcome = self.start("run", *small_with("--solver.ranks_per_group=9"), "--dry-run", ranks=2)
        self.assertEqual(outcome.status, 2)
        self.assertIn("solver.ranks_per_group", outcome.sentences()[0])


if __name__ == "__main__":
    unittest.main()
