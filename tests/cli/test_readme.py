"""The tables in docs/options.md are the program's own, and the documents link to files that there
are."""

import os
import pathlib
import re
import unittest

from program import ProgramTest

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])


class Readme(ProgramTest):
    def test_options_are_current(self):
        options = self.start("--options-markdown")
        self.assertEqual(options.status, 0)
        text = (SOURCE / "docs/options.md").read_text(encoding="utf-8")
        self.assertTrue(options.output.strip() in text,
                        "replace the tables by what rmtheat --options-markdown prints")

    def test_help_has_every_option(self):
        text = self.start("--help").output
        for line in self.start("--options-markdown").output.splitlines():
            if line.startswith("| `"):
                self.assertIn(line.split("`")[1], text)

    def test_links_lead_somewhere(self):
        documents = [SOURCE / "README.md", SOURCE / "packaging/README.md",
                     *(SOURCE / "docs").glob("*.md")]
        self.assertGreater(len(documents), 4)
        for document in documents:
            for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)",
                                     document.read_text(encoding="utf-8")):
                if not target.startswith("http"):
                    self.assertTrue((document.parent / target).exists(),
                                    f"{document.name}: {target}")


if __name__ == "__main__":
    unittest.main()
