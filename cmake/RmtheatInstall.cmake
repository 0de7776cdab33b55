# What `cmake --install` puts beside the program and the libraries, which install themselves.

# The headers of the libraries; those of the program and of the build's own switches are no interface.
install(DIRECTORY include/rmtheat DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        PATTERN app EXCLUDE PATTERN fault.hpp EXCLUDE PATTERN target_clones.hpp EXCLUDE)

# The package that find_package(rmtheat) finds.
set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/rmtheat)
install(EXPORT rmtheat NAMESPACE rmtheat:: FILE rmtheatTargets.cmake DESTINATION ${package_directory})
configure_package_config_file(cmake/rmtheatConfig.cmake.in rmtheatConfig.cmake
                              INSTALL_DESTINATION ${package_directory})
write_basic_package_version_file(rmtheatConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rmtheatConfig.cmake ${PROJECT_BINARY_DIR}/rmtheatConfigVersion.cmake
              cmake/FindLAPACKE.cmake cmake/FindScaLAPACK.cmake
              cmake/FindRandom123.cmake
        DESTINATION ${package_directory})

# The Python package, and its commands for the Python that is there when they are called.
set(data_directory ${CMAKE_INSTALL_DATADIR}/rmtheat)
install(DIRECTORY tools/python/rmtheat DESTINATION ${data_directory}/python PATTERN __pycache__ EXCLUDE)
file(RELATIVE_PATH RMTHEAT_PYTHON_FROM_BIN "/${CMAKE_INSTALL_BINDIR}" "/${data_directory}/python")
foreach(command IN ITEMS plot page)
  set(RMTHEAT_MODULE ${command})
  if(command STREQUAL plot)
    set(RMTHEAT_MODULE plot_command)
  endif()
  configure_file(tools/installed_command.in ${PROJECT_BINARY_DIR}/rmtheat-${command} @ONLY)
  install(PROGRAMS ${PROJECT_BINARY_DIR}/rmtheat-${command} DESTINATION ${CMAKE_INSTALL_BINDIR})
endforeach()

# Job scripts to copy, less those of the studies, which need the tools of the sources; a modulefile, which knows the
# prefix that is installed to.
install(DIRECTORY jobs DESTINATION ${data_directory} USE_SOURCE_PERMISSIONS PATTERN study EXCLUDE
        PATTERN "*.h5" EXCLUDE PATTERN "*.log" EXCLUDE)
install(CODE "
  get_filename_component(PREFIX \"\${CMAKE_INSTALL_PREFIX}\" ABSOLUTE)
  set(CMAKE_INSTALL_BINDIR \"${CMAKE_INSTALL_BINDIR}\")
  set(CMAKE_INSTALL_MANDIR \"${CMAKE_INSTALL_MANDIR}\")
  set(CMAKE_INSTALL_DATADIR \"${CMAKE_INSTALL_DATADIR}\")
  configure_file(\"${PROJECT_SOURCE_DIR}/packaging/modulefile.in\"
    \"\$ENV{DESTDIR}\${PREFIX}/${CMAKE_INSTALL_DATADIR}/modulefiles/rmtheat/${PROJECT_VERSION}\" @ONLY)")
install(FILES LICENSE CITATION.cff README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
