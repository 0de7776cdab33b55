# A Spack recipe. To use it before it is in Spack's own repository:
#   spack repo create rmtheat-repo && mkdir -p rmtheat-repo/packages/rmtheat
#   cp packaging/spack/package.py rmtheat-repo/packages/rmtheat/
#   spack repo add rmtheat-repo && cd CLONE && spack dev-build rmtheat@main
from spack.package import *


class Rmtheat(CMakePackage):
    """Heat transport between two quantum systems coupled by a random matrix: ensembles by exact
    simulation on many MPI ranks, and the large-N predictions beside them."""

    license("Apache-2.0")

    # Released versions are added here with the address of their sources.
    version("main", branch="main")

    variant("elpa", default=False, description="Build the ELPA eigensolver in")
    variant("tests", default=False, description="Build the tests")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type="build", when="+elpa")

    depends_on("mpi@3:")
    depends_on("blas")
    depends_on("lapack")  # with CBLAS and LAPACKE, as OpenBLAS, MKL and netlib-lapack have them
    depends_on("scalapack")
    depends_on("elpa", when="+elpa")
    depends_on("hdf5@1.10: +hl")
    depends_on("boost@1.74: +program_options")
    depends_on("random123")
    depends_on("fmt@9:")
    depends_on("nlohmann-json")
    depends_on("googletest +gmock", when="+tests")
    depends_on("python", type="build", when="+tests")
    depends_on("py-h5py", type="build", when="+tests")

    generator("ninja")

    def cmake_args(self):
        return [
            self.define_from_variant("RMTHEAT_WITH_ELPA", "elpa"),
            self.define_from_variant("RMTHEAT_BUILD_TESTS", "tests"),
            self.define("RMTHEAT_WARNINGS_AS_ERRORS", False),
        ]
