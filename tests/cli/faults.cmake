# The program with hooks that RMTHEAT_FAULT makes fail (support/fault.hpp): the files that have hooks
# compiled once more; as the linker looks for symbols in objects before it looks into libraries, they
# stand in for those of the rooms.
set(source ${PROJECT_SOURCE_DIR}/src)
add_executable(rmtheat_faulty
  $<TARGET_OBJECTS:rmtheat> ${source}/support/fault.cpp ${source}/io/atomic_file.cpp
  ${source}/linalg/eigensolver/eigensolver.cpp ${source}/ensemble/retry.cpp)
target_include_directories(rmtheat_faulty PRIVATE ${source}/linalg)
target_compile_definitions(rmtheat_faulty PRIVATE RMTHEAT_FAULT_INJECTION)
if(RMTHEAT_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # GCC 12 takes members of std::regex for uninitialized when it also instruments them.
  target_compile_options(rmtheat_faulty PRIVATE -Wno-maybe-uninitialized)
endif()
target_link_libraries(rmtheat_faulty PRIVATE
  rmtheat_ensemble rmtheat_io Boost::program_options rmtheat_options)

# Preloaded into the program: leak_check counts what is left of MPI's and HDF5's handles when MPI is
# finalized, message_count what each rank sends.
foreach(name IN ITEMS leak_check message_count)
  add_library(rmtheat_${name} MODULE ${name}.cpp)
  target_link_libraries(rmtheat_${name} PRIVATE MPI::MPI_C hdf5::hdf5 fmt::fmt rmtheat_options)
  target_compile_definitions(rmtheat_${name} PRIVATE OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
endforeach()
