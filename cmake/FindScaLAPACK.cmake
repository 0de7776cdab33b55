# ScaLAPACK has no CMake package of its own everywhere: take the library by name (Debian's is built
# per MPI implementation) and let it use the LAPACK that was found.
#   ScaLAPACK::ScaLAPACK   imported target
find_library(ScaLAPACK_LIBRARY NAMES scalapack-openmpi scalapack scalapack-mpich)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ScaLAPACK REQUIRED_VARS ScaLAPACK_LIBRARY)
if(ScaLAPACK_FOUND AND NOT TARGET ScaLAPACK::ScaLAPACK)
  add_library(ScaLAPACK::ScaLAPACK UNKNOWN IMPORTED)
  set_target_properties(ScaLAPACK::ScaLAPACK PROPERTIES
    IMPORTED_LOCATION "${ScaLAPACK_LIBRARY}"
    INTERFACE_LINK_LIBRARIES "LAPACK::LAPACK;BLAS::BLAS;MPI::MPI_C")
endif()
mark_as_advanced(ScaLAPACK_LIBRARY)
