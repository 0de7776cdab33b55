"""rmtheat-page: a page of a scan that needs nothing else, on any width, light and dark."""

import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom

import h5py

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])
sys.path.insert(0, str(SOURCE / "tools/python"))
import rmtheat  # noqa: E402
from rmtheat import page  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Pages(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="rmtheat-pages-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)  # the browser may still write there
        for strength in (0.4, 0.1, 0.2):
            path = self.directory / f"{strength}.h5"
            path.write_bytes(gzip.decompress((SOURCE / "tests/tools/fixtures/schema_2.h5.gz").read_bytes()))
            with h5py.File(path, "r+") as file:
                file.attrs["coupling_strength"] = strength
                file.attrs["config"] = re.sub(r"(?m)^strength = .*", f"strength = {strength}", file.attrs["config"].decode()
                                              if isinstance(file.attrs["config"], bytes) else file.attrs["config"])

    def write(self, *arguments, **environment):
        return subprocess.run([sys.executable, "-B", "-m", "rmtheat.page", *map(str, arguments)], cwd=self.directory, text=True,
                              capture_output=True, timeout=120, check=False,
                              env={**os.environ, "PYTHONPATH": str(SOURCE / "tools/python"), **environment})

    def index(self):
        done = self.write(self.directory)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return (self.directory / "index.html").read_text(encoding="utf-8")

    def test_a_row_a_file(self):
        document = xml.dom.minidom.parseString(self.index().replace("<!DOCTYPE html>", ""))
        rows = [[cell.toxml() for cell in row.getElementsByTagName("td")]
                for row in document.getElementsByTagName("tbody")[0].getElementsByTagName("tr")]
        self.assertEqual([re.search(r">([\d.]+)<", row[1])[1] for row in rows], ["0.1", "0.2", "0.4"])
        heat = rmtheat.late_mean(rmtheat.open(self.directory / "0.1.h5"), "heat_current")
        for row in rows:
            self.assertIn(str(heat), "".join(row))
            self.assertRegex("".join(row), r'class="(holds|rejected|unresolved)"')
            self.assertEqual("".join(row).count("<svg"), 1)

    def test_says_what_is_missing_and_what_is_the_same(self):
        self.assertNotIn(" points, ", self.index())
        subprocess.run([os.environ["RMTHEAT_PROGRAM"], "run", "--output.file=scan", "--scan.coupling.strength=0.1, 0.2",
                        "--scan-index=1", "--system1.size=3", "--system2.size=3", "--ensemble.realizations=4", "--time.end=2"],
                       cwd=self.directory, capture_output=True, timeout=120, check=True)
        done = self.write(self.directory / "scan")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        text = (self.directory / "scan/index.html").read_text(encoding="utf-8")
        self.assertIn("<p>2 points, 1 complete, 1 missing (0); 4 of 8 realizations.</p>", text)
        self.assertRegex(text, r"In all of them λ = 0.2, N = 3, .*β₁, β₂ = 1, 0.3, t up to 2\.")
        self.assertIn('<td data-name="realizations">4</td>', text)

    def test_needs_no_network_and_links_to_what_is_there(self):
        text = self.index()
        for target in re.findall(r'(?:href|src)="([^"]*)"', text):
            self.assertTrue((self.directory / target).exists(), target)
        self.assertNotRegex(text, r"https?://|<script|@import|url\(")

    def test_powers(self):
        self.assertEqual(page.text("N^-2, λ^4/ħ^2 and N^(−1/2) <b>"),
                         "N<sup>-2</sup>, λ<sup>4</sup>/ħ<sup>2</sup> and N<sup>−1/2</sup> &lt;b&gt;")
        self.assertEqual(page.text("J_Q in k_B: 8.01e+05, -7.8(4)e-05, 3e8, df5e7"),
                         "J<sub>Q</sub> in k<sub>B</sub>: 8.01 × 10<sup>5</sup>, -7.8(4) × 10<sup>−5</sup>, 3e8, df5e7")

    def test_without_the_program(self):
        done = self.write(self.directory, RMTHEAT_PROGRAM="", PATH="/nowhere")
        self.assertEqual(done.returncode, 0)
        self.assertIn("without verdicts", done.stderr)

    def test_refusals(self):
        for arguments in (["missing"], [SOURCE / "LICENSE"], [SOURCE / "docs"]):
            done = self.write(*arguments)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)

    @unittest.skipUnless(CHROMIUM, "chromium is not installed")
    def test_in_a_browser(self):
        """As wide as the window on a telephone and on a desk; light and dark."""
        self.index()
        (self.directory / "frame.html").write_text("""<body><script>
          addEventListener("load", () => { document.title = [...document.querySelectorAll("iframe")].map(frame => {
            const inside = frame.contentDocument, style = frame.contentWindow.getComputedStyle(inside.body);
            return [inside.documentElement.scrollWidth, style.color, style.backgroundColor].join(";"); }).join("|"); });
        </script><iframe width="360" height="600" src="index.html"></iframe>
        <iframe width="1200" height="600" src="index.html"></iframe></body>""", encoding="utf-8")
        shown = {}
        for name, scheme in (("light", 1), ("dark", 0)):
            done = subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                                   f"--user-data-dir={self.directory / name}", f"--blink-settings=preferredColorScheme={scheme}",
                                   "--dump-dom", f"file://{self.directory}/frame.html"],
                                  capture_output=True, text=True, timeout=120, check=False)
            shown[name] = [frame.split(";") for frame in re.search(r"<title>([^<]+)</title>", done.stdout)[1].split("|")]
        for (phone, *_), (desk, *_) in shown.values():
            self.assertLessEqual(int(phone), 360)
            self.assertLessEqual(int(desk), 1200)
        (_, ink, paper), (_, dark_ink, dark_paper) = shown["light"][1], shown["dark"][1]
        self.assertEqual(paper, "rgb(255, 255, 255)")
        brightness = [sum(map(int, re.findall(r"\d+", color))) for color in (ink, paper, dark_ink, dark_paper)]
        self.assertLess(brightness[0], 200)
        self.assertGreater(brightness[2], 600)
        self.assertLess(brightness[3], 100)


if __name__ == "__main__":
    unittest.main()
