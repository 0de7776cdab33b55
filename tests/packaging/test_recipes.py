"""The recipes in packaging/ agree with the sources, as far as that shows without Spack, EasyBuild or a container."""

import ast
import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])


def text_of(path):
    return (SOURCE / path).read_text(encoding="utf-8")


def packages_installed_by(text):
    """By the apt-get lines of a container's recipe, stage by stage."""
    joined = text.replace("\\\n", " ")
    return [set(re.findall(r"[a-z0-9.+-]+", command))
            for command in re.findall(r"install -y --no-install-recommends (.*?)&&", joined)]


def options_of_cmake():
    return set(re.findall(r"option\((RMTHEAT_\w+)", text_of("CMakeLists.txt")))


def packages_looked_for():
    found = re.findall(r"(?m)^\s*find_package\((\w+)", text_of("CMakeLists.txt") + text_of("cmake/RmtheatMpi.cmake"))
    assert {"MPI", "HDF5"} <= set(found)
    return found


class Spack(unittest.TestCase):
    def setUp(self):
        self.recipe = text_of("packaging/spack_repo/rmtheat/packages/rmtheat/package.py")

    def test_is_python(self):
        tree = ast.parse(self.recipe)
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        self.assertEqual([node.name for node in classes], ["Rmtheat"])
        self.assertTrue(ast.get_docstring(classes[0]))
        compile(tree, "package.py", "exec")

    def test_sets_options_that_there_are(self):
        used = set(re.findall(r"RMTHEAT_\w+", self.recipe))
        self.assertTrue(used)
        self.assertLessEqual(used, options_of_cmake())

    def test_depends_on_what_cmake_looks_for(self):
        wanted = {"MPI": "mpi", "BLAS": "blas", "LAPACK": "lapack", "LAPACKE": "lapack", "ScaLAPACK": "scalapack",
                  "HDF5": "hdf5", "Boost": "boost", "Random123": "random123", "fmt": "fmt",
                  "nlohmann_json": "nlohmann-json", "PkgConfig": "pkgconfig", "GTest": "googletest"}
        for package in packages_looked_for():
            self.assertRegex(self.recipe, rf'depends_on\("{wanted[package]}\b', package)


class EasyBuild(unittest.TestCase):
    def setUp(self):
        [path] = (SOURCE / "packaging/easybuild").glob("*.eb")
        self.recipe = {}
        exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), self.recipe)  # as EasyBuild reads it
        self.name = path.name

    def test_is_of_this_version(self):
        self.assertEqual(self.recipe["version"], os.environ["RMTHEAT_VERSION"])
        self.assertEqual(self.name, "{name}-{version}-{toolchain[name]}-{toolchain[version]}.eb".format(**self.recipe))
        self.assertEqual(len(self.recipe["checksums"]), len(self.recipe["sources"]))

    def test_depends_on_what_cmake_looks_for(self):
        # Of the toolchain, of a source here, or not needed to build.
        given = {"MPI", "BLAS", "LAPACK", "LAPACKE", "ScaLAPACK", "Random123", "PkgConfig", "GTest"}
        named = {name for name, _ in self.recipe["dependencies"] + self.recipe["builddependencies"]}
        for package in set(packages_looked_for()) - given:
            self.assertIn(package, named)
        self.assertLessEqual(set(re.findall(r"RMTHEAT_\w+", self.recipe["configopts"])), options_of_cmake())


class Containers(unittest.TestCase):
    def test_are_alike(self):
        docker, apptainer = text_of("packaging/Dockerfile"), text_of("packaging/rmtheat.def")
        self.assertEqual(packages_installed_by(docker), packages_installed_by(apptainer))
        for step in ("cmake -S /source -B /build -G Ninja -DRMTHEAT_BUILD_TESTS=OFF", "cmake --build /build",
                     "cmake --install /build --prefix /opt/rmtheat"):
            self.assertIn(step, docker)
            self.assertIn(step, apptainer)

    def test_build_with_the_packages_of_the_set_up(self):
        setup = re.search(r"packages=\(\n(.*?)\n\)", text_of("tools/setup"), re.DOTALL).group(1)
        build, run = packages_installed_by(text_of("packaging/Dockerfile"))
        self.assertLessEqual(build, set(setup.split()))
        needed = {name for name in setup.split() if name.endswith("-dev")}
        self.assertEqual(needed - build, {"libgtest-dev", "libgmock-dev"})
        self.assertIn("openmpi-bin", run)

    def test_sets_options_that_there_are(self):
        used = set(re.findall(r"RMTHEAT_\w+", text_of("packaging/Dockerfile")))
        self.assertTrue(used)
        self.assertLessEqual(used, options_of_cmake())


if __name__ == "__main__":
    unittest.main()
