# A recipe for Spack 1.0 and later, in a repository of packages of its own. From the top of a clone:
#   spack repo add packaging/spack_repo/rmtheat
#   spack install rmtheat            # spack install --test=root rmtheat: with tests
import pathlib

from spack_repo.builtin.build_systems.cmake import CMakePackage

from spack.package import *


class Rmtheat(CMakePackage):
    """Heat transport between two quantum systems coupled by a random matrix: ensembles by exact
    simulation on many MPI ranks, and the large-N predictions beside them."""

    homepage = "https://arxiv.org/abs/2606.09308"
    # The clone that this recipe lies in, from which the sources are taken.
    git = pathlib.Path(__file__).resolve().parents[5].as_uri()

    license("Apache-2.0")

    version("main", branch="main")

    variant("elpa", default=False, description="Build the ELPA eigensolver in")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("pkgconfig", type="build", when="+elpa")

    depends_on("mpi@3:")
    depends_on("blas")
    depends_on("lapack")  # with CBLAS and LAPACKE, as OpenBLAS and netlib-lapack have them
    depends_on("scalapack")
    depends_on("elpa", when="+elpa")
    depends_on("hdf5@1.10: +hl")
    depends_on("boost@1.74: +program_options")
    depends_on("random123")
    depends_on("fmt@9:")
    depends_on("nlohmann-json")
    depends_on("python@3.9:", type="run")
    depends_on("py-h5py", type="run")
    depends_on("py-numpy", type="run")
    depends_on("py-matplotlib", type="run")

    depends_on("googletest +gmock", type="test")
    depends_on("python@3.9:", type="test")
    depends_on("py-h5py", type="test")
    depends_on("py-scipy", type="test")

    def cmake_args(self):
        return [
            self.define_from_variant("RMTHEAT_WITH_ELPA", "elpa"),
            self.define("RMTHEAT_BUILD_TESTS", self.run_tests),
        ]

    def check(self):
        """The tests of one process and of two ranks; the others want more of a machine."""
        ctest = Executable(self.spec["cmake"].prefix.bin.ctest)
        with working_dir(self.build_directory):
            ctest("--label-regex", "^(serial|np2)$", "--label-exclude", "tools")

    def setup_run_environment(self, env):
        env.prepend_path("PYTHONPATH", join_path(self.prefix.share, "rmtheat", "python"))
