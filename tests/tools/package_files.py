"""Results files for the tests of the Python package, from those that were kept of every schema version."""

import gzip
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

import h5py

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])
FIXTURES = SOURCE / "tests/tools/fixtures"
PACKAGE = SOURCE / "tools/python"

sys.path.insert(0, str(PACKAGE))

R, P, T = 8, 2, 11  # realizations, temperature pairs and times of the fixtures


class Files(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="rmtheat-package-")
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.file = self.unpack("schema_1.h5.gz")

    def unpack(self, name):
        path = self.directory / name.removesuffix(".gz")
        with gzip.open(FIXTURES / name) as packed, open(path, "wb") as file:
            shutil.copyfileobj(packed, file)
        return path

    def altered(self, change):
        """A copy of the fixture after change(file)."""
        path = self.directory / f"altered_{len(list(self.directory.iterdir()))}.h5"
        shutil.copy(self.file, path)
        with h5py.File(path, "r+") as file:
            change(file)
        return path
