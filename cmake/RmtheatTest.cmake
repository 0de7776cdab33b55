# Environment of every test that may start MPI: no thread pools, no binding of several jobs to the
# same core, more ranks than cores allowed, containers and root allowed, no search for
# a cluster's network at each start, no daemon for a program started alone.
set(RMTHEAT_TEST_ENVIRONMENT
  OPENBLAS_NUM_THREADS=1
  OMP_NUM_THREADS=1
  OMPI_ALLOW_RUN_AS_ROOT=1
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  OMPI_MCA_rmaps_base_oversubscribe=1
  PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
  OMPI_MCA_hwloc_base_binding_policy=none
  OMPI_MCA_btl_vader_single_copy_mechanism=none
  OMPI_MCA_mpi_yield_when_idle=1
  OMPI_MCA_pml=ob1
  OMPI_MCA_ess_singleton_isolated=1)
if(RMTHEAT_SANITIZE MATCHES address)
  list(APPEND RMTHEAT_TEST_ENVIRONMENT
    LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/sanitizers/lsan.supp:print_suppressions=0
    ASAN_OPTIONS=fast_unwind_on_malloc=0)
endif()

# rmtheat_add_mpi_test(NAME TARGET RANKS [ARGUMENT...])
function(rmtheat_add_mpi_test name target ranks)
  add_test(NAME ${name} COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks}
                                $<TARGET_FILE:${target}> ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS "mpi;np${ranks}" PROCESSORS ${ranks} TIMEOUT 600
                       ENVIRONMENT "${RMTHEAT_TEST_ENVIRONMENT}")
endfunction()

# rmtheat_test(NAME SOURCES file... LIBS lib... [RANKS n... [CASES test...]])
# Without RANKS: a serial GoogleTest program, label "serial". With RANKS: the program (which brings
# its own main, tests/parallel/mpi_main.cpp) runs once per rank count, labels "mpi" and "npN"; with
# CASES once for each of these GoogleTest names instead, where a test needs a process of its own.
# Named ROOM_FILE_test, of FILE_test.cpp or, with RANKS, FILE_mpi_test.cpp.
function(rmtheat_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBS;RANKS;CASES" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${TEST_LIBS} GTest::gmock rmtheat_options)
  if(NOT TEST_RANKS)
    target_link_libraries(${name} PRIVATE GTest::gmock_main)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS serial TIMEOUT 600
                         ENVIRONMENT "${RMTHEAT_TEST_ENVIRONMENT}")
    return()
  endif()
  target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/parallel/mpi_main.cpp)
  target_link_libraries(${name} PRIVATE rmtheat_parallel)
  foreach(ranks IN LISTS TEST_RANKS)
    if(NOT TEST_CASES)
      rmtheat_add_mpi_test(${name}_np${ranks} ${name} ${ranks})
    endif()
    foreach(case IN LISTS TEST_CASES)
      rmtheat_add_mpi_test(${name}_${case}_np${ranks} ${name} ${ranks} --gtest_filter=${case})
    endforeach()
  endforeach()
endfunction()

# Some tests look at results files as other programs do: with the first Python that has h5py.
find_program(RMTHEAT_PATH_PYTHON python3)
mark_as_advanced(RMTHEAT_PATH_PYTHON)
foreach(python IN ITEMS /usr/bin/python3 ${RMTHEAT_PATH_PYTHON})
  execute_process(COMMAND ${python} -c "import h5py, numpy" RESULT_VARIABLE status
                  OUTPUT_QUIET ERROR_QUIET)
  if(status EQUAL 0)
    set(RMTHEAT_PYTHON ${python})
    break()
  endif()
endforeach()
if(NOT RMTHEAT_PYTHON)
  message(FATAL_ERROR "The tests need a Python 3 with h5py and numpy: install them (Debian: "
                      "python3-h5py) or configure with -DRMTHEAT_BUILD_TESTS=OFF")
endif()

# Where the tests of the command line and of the job scripts find the program, as users have it.
set(RMTHEAT_INSTALLED ${PROJECT_BINARY_DIR}/installed)

# rmtheat_cli_test(NAME FILE): a Python unittest file of tests/cli that starts the installed program.
function(rmtheat_cli_test name file)
  add_test(NAME ${name} COMMAND ${RMTHEAT_PYTHON} -B ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  set_tests_properties(${name} PROPERTIES LABELS cli PROCESSORS 2 TIMEOUT 900
                       FIXTURES_REQUIRED installed
                       ENVIRONMENT "${RMTHEAT_TEST_ENVIRONMENT};RMTHEAT_PROGRAM=${RMTHEAT_INSTALLED}/bin/rmtheat;RMTHEAT_MPIEXEC=${MPIEXEC_EXECUTABLE};RMTHEAT_SOURCE=${PROJECT_SOURCE_DIR}")
endfunction()
