"""Jobs that run while the test acts."""

import os
import subprocess
import time

from program import ProgramTest, TIMEOUT, Outcome, command, small_with


class BackgroundTest(ProgramTest):
    def launch(self, base, *arguments, ranks=None, environment=None):
        process = subprocess.Popen(
            command("run", *small_with(*base, *arguments), ranks=ranks), cwd=self.directory,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **(environment or {})})
        self.addCleanup(self.make_sure_it_ended, process)
        return process

    @staticmethod
    def make_sure_it_ended(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def outcome_of(self, process):
        output, messages = process.communicate(timeout=TIMEOUT)
        return Outcome(process.returncode, output, messages)

    def wait_for(self, name, process):
        for _ in range(int(TIMEOUT / 0.02)):
            if os.path.exists(self.path(name)) or process.poll() is not None:
                break
            time.sleep(0.02)
        self.assertTrue(os.path.exists(self.path(name)), name)
