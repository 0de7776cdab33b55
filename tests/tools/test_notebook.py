"""The notebook of the documentation runs, and its cells show what they are to show."""

import os
import pathlib
import tempfile
import unittest

try:
    import nbclient
    import nbformat
except ImportError:
    nbclient = None

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])


@unittest.skipUnless(nbclient, "nbclient is not installed")
class Notebook(unittest.TestCase):
    def test_runs(self):
        os.environ["PYTHONPATH"] = str(SOURCE / "tools/python")
        book = nbformat.read(SOURCE / "docs/scan.ipynb", as_version=4)
        with tempfile.TemporaryDirectory(prefix="rmtheat-notebook-") as directory:
            nbclient.NotebookClient(book, timeout=300, kernel_name="python3", resources={"metadata": {"path": directory}}).execute()
        outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
        pictures = [output for output in outputs if "image/png" in output.get("data", {})]
        self.assertEqual(len(pictures), 3)
        shown = "\n".join(output.get("text", "") + output.get("data", {}).get("text/plain", "")
                          + output.get("data", {}).get("text/html", "") for output in outputs)
        for part in ("complete, 100 realizations", "heat current, 2 <= t <= 5", "REJECTED",
                     "finite_n/resummed    holds", "coupling_strength"):
            self.assertIn(part, shown)


if __name__ == "__main__":
    unittest.main()
