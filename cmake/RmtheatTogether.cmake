# MPI, ScaLAPACK and HDF5 are found one by one, and may be of two MPI libraries: such a program links, and may even
# run. A small one is linked and run here, once for each set of libraries; what is mixed is said in a sentence.

# loaded_with(OUTPUT STATUS [WITH_SCALAPACK] [WITH_HDF5]): the MPI libraries that a program with these loads, and
# how it ended.
function(loaded_with output status)
  set(libraries MPI::MPI_C)
  if(WITH_SCALAPACK IN_LIST ARGN)
    list(PREPEND libraries ScaLAPACK::ScaLAPACK)
  endif()
  if(WITH_HDF5 IN_LIST ARGN)
    list(PREPEND libraries hdf5::hdf5)
  endif()
  list(TRANSFORM ARGN PREPEND -D OUTPUT_VARIABLE definitions)
  set(program "${PROJECT_BINARY_DIR}/CMakeFiles/together.out")
  set(CMAKE_TRY_COMPILE_CONFIGURATION Debug)
  try_compile(linked "${PROJECT_BINARY_DIR}/CMakeFiles/together" SOURCES "${PROJECT_SOURCE_DIR}/cmake/together.cpp"
              COMPILE_DEFINITIONS ${definitions} LINK_LIBRARIES ${libraries} OUTPUT_VARIABLE text COPY_FILE "${program}"
              CXX_STANDARD 20)
  unset(linked CACHE)
  if(NOT EXISTS "${program}")
    message(FATAL_ERROR "A program with ${libraries} does not link; they must be of one compiler and one MPI "
                        "(docs/cluster.md):\n${text}")
  endif()
  if(CMAKE_CROSSCOMPILING)
    set(text "")
    set(ended 0)
  else()
    # In MPI_Init some machines' login nodes fail, or wait for ever.
    execute_process(COMMAND "${program}" TIMEOUT 60 OUTPUT_VARIABLE text ERROR_VARIABLE unused RESULT_VARIABLE ended
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
  file(REMOVE "${program}")
  string(REGEX MATCHALL "loaded: [^\n]+" text "${text}")
  list(TRANSFORM text REPLACE "^loaded: " "")
  set(${output} "${text}" PARENT_SCOPE)
  set(${status} "${ended}" PARENT_SCOPE)
endfunction()

function(check_one_mpi)
  get_target_property(scalapack ScaLAPACK::ScaLAPACK INTERFACE_LINK_LIBRARIES)
  string(MD5 key "${MPI_C_LIBRARIES} ${scalapack} ${HDF5_LIBRARIES} ${MPIEXEC_EXECUTABLE} ${CMAKE_CXX_COMPILER}")
  if(RMTHEAT_TOGETHER STREQUAL key)
    return()
  endif()
  loaded_with(libraries status WITH_SCALAPACK WITH_HDF5)
  list(LENGTH libraries count)
  if(count GREATER 1)
    loaded_with(own unused)
    loaded_with(of_scalapack unused WITH_SCALAPACK)
    loaded_with(of_hdf5 unused WITH_HDF5)
    set(culprits "")
    if(NOT of_scalapack STREQUAL own)
      list(APPEND culprits "ScaLAPACK (${ScaLAPACK_LIBRARY}${RMTHEAT_SCALAPACK_LIBRARIES})")
    endif()
    if(NOT of_hdf5 STREQUAL own)
      list(GET HDF5_LIBRARIES 0 hdf5)
      list(APPEND culprits "HDF5 (${hdf5})")
    endif()
    list(JOIN culprits " and " culprits)
    list(JOIN libraries " and " libraries)
    message(FATAL_ERROR "Two MPI libraries are mixed: MPI is ${own}, and ${culprits} was built with another, so "
                        "that ${libraries} are loaded; name those of one MPI by -DMPI_C_COMPILER, "
                        "-DRMTHEAT_SCALAPACK_LIBRARIES, -DHDF5_ROOT.")
  endif()
  if(NOT status EQUAL 0)
    message(WARNING "A program with MPI, ScaLAPACK and HDF5 links but did not run here (${status}), which is so on "
                    "login nodes of some clusters; if this is none, nothing will run.")
  endif()
  # Another MPI's launcher starts n programs that each think they are alone.
  if(MPIEXEC_EXECUTABLE AND NOT CMAKE_CROSSCOMPILING)
    execute_process(COMMAND "${MPIEXEC_EXECUTABLE}" --version TIMEOUT 60 OUTPUT_VARIABLE text ERROR_VARIABLE text
                    RESULT_VARIABLE ignored)
    if((RMTHEAT_MPI_FAMILY STREQUAL openmpi AND text MATCHES "HYDRA|MPICH|Intel")
       OR (RMTHEAT_MPI_FAMILY STREQUAL mpich AND text MATCHES "Open ?MPI|OpenRTE|Open MPI"))
      message(FATAL_ERROR "The launcher ${MPIEXEC_EXECUTABLE} is not of the MPI library ${MPI_C_LIBRARIES}: name its "
                          "own by -DMPIEXEC_EXECUTABLE.")
    endif()
  endif()
  set(RMTHEAT_TOGETHER "${key}" CACHE INTERNAL "Libraries that were seen to work together")
endfunction()
check_one_mpi()
