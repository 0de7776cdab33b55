"""The recipes in packaging/ agree with the sources, as far as that shows without Spack or Docker."""

import ast
import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])


def text_of(path):
    return (SOURCE / path).read_text(encoding="utf-8")


def packages_installed_by(text):
    """By the apt-get lines of a Dockerfile, stage by stage."""
    joined = text.replace("\\\n", " ")
    return [set(re.findall(r"[a-z0-9.+-]+", command))
            for command in re.findall(r"install -y --no-install-recommends (.*?)&&", joined)]


class Spack(unittest.TestCase):
    def setUp(self):
        self.recipe = text_of("packaging/spack/package.py")

    def test_is_python(self):
        tree = ast.parse(self.recipe)
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        self.assertEqual([node.name for node in classes], ["Rmtheat"])
        self.assertTrue(ast.get_docstring(classes[0]))
        compile(tree, "package.py", "exec")

    def test_sets_options_that_there_are(self):
        options = set(re.findall(r"option\((RMTHEAT_\w+)", text_of("CMakeLists.txt")))
        used = set(re.findall(r"RMTHEAT_\w+", self.recipe))
        self.assertTrue(used)
        self.assertLessEqual(used, options)

    def test_depends_on_what_cmake_looks_for(self):
        wanted = {"MPI": "mpi", "BLAS": "blas", "LAPACK": "lapack", "LAPACKE": "lapack", "ScaLAPACK": "scalapack",
                  "HDF5": "hdf5", "Boost": "boost", "Random123": "random123", "fmt": "fmt",
                  "nlohmann_json": "nlohmann-json", "PkgConfig": "pkgconfig", "GTest": "googletest"}
        for package in re.findall(r"(?m)^\s*find_package\((\w+)", text_of("CMakeLists.txt")):
            self.assertRegex(self.recipe, rf'depends_on\("{wanted[package]}\b', package)


class Docker(unittest.TestCase):
    def test_builds_with_the_packages_of_the_set_up(self):
        setup = re.search(r"packages=\(\n(.*?)\n\)", text_of("tools/setup"), re.DOTALL).group(1)
        build, run = packages_installed_by(text_of("packaging/Dockerfile"))
        self.assertLessEqual(build, set(setup.split()))
        needed = {name for name in setup.split() if name.endswith("-dev")}
        self.assertEqual(needed - build, {"libgtest-dev", "libgmock-dev"})
        self.assertIn("openmpi-bin", run)

    def test_sets_options_that_there_are(self):
        options = set(re.findall(r"option\((RMTHEAT_\w+)", text_of("CMakeLists.txt")))
        used = set(re.findall(r"RMTHEAT_\w+", text_of("packaging/Dockerfile")))
        self.assertTrue(used)
        self.assertLessEqual(used, options)


if __name__ == "__main__":
    unittest.main()
