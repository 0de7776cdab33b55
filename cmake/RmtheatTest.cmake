# Environment of every test that may start MPI: no thread pools, no binding of several jobs to the
# same core, more ranks than cores allowed, containers and root allowed.
set(RMTHEAT_TEST_ENVIRONMENT
  OPENBLAS_NUM_THREADS=1
  OMP_NUM_THREADS=1
  OMPI_ALLOW_RUN_AS_ROOT=1
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  OMPI_MCA_rmaps_base_oversubscribe=1
  OMPI_MCA_hwloc_base_binding_policy=none
  OMPI_MCA_btl_vader_single_copy_mechanism=none
  OMPI_MCA_mpi_yield_when_idle=1)

# rmtheat_test(NAME SOURCES file... LIBS lib... [RANKS n...])
# Without RANKS: a serial GoogleTest program, label "serial". With RANKS: the program (which brings
# its own main, tests/parallel/mpi_main.cpp) runs once per rank count, labels "mpi" and "npN".
function(rmtheat_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBS;RANKS" ${ARGN})
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
    set(case ${name}_np${ranks})
    add_test(NAME ${case} COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks}
                                  $<TARGET_FILE:${name}>)
    set_tests_properties(${case} PROPERTIES LABELS "mpi;np${ranks}" PROCESSORS ${ranks} TIMEOUT 600
                         ENVIRONMENT "${RMTHEAT_TEST_ENVIRONMENT}")
  endforeach()
endfunction()
