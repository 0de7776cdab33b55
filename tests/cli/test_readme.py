"""The README's table of options is the program's own."""

import os
import pathlib
import unittest

from program import ProgramTest

README = pathlib.Path(os.environ["RMTHEAT_SOURCE"]) / "README.md"


class Readme(ProgramTest):
    def test_options_are_current(self):
        options = self.start("--options-markdown")
        self.assertEqual(options.status, 0)
        self.assertTrue(options.output.strip() in README.read_text(encoding="utf-8"),
                        "replace the README's options by what rmtheat --options-markdown prints")

    def test_help_has_every_option(self):
        text = self.start("--help").output
        for line in self.start("--options-markdown").output.splitlines():
            if line.startswith("| `"):
                self.assertIn(line.split("`")[1], text)


if __name__ == "__main__":
    unittest.main()
