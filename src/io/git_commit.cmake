# Run at build time: writes OUTPUT from INPUT with the commit of the sources in SOURCE_DIR. The file
# is touched only where that changes.
set(GIT_COMMIT unknown)
find_package(Git QUIET)
if(Git_FOUND)
  execute_process(
    COMMAND ${GIT_EXECUTABLE} describe --match=no-such-tag --always --dirty --abbrev=40
    WORKING_DIRECTORY ${SOURCE_DIR}
    OUTPUT_VARIABLE description OUTPUT_STRIP_TRAILING_WHITESPACE
    RESULT_VARIABLE status ERROR_QUIET)
  if(status EQUAL 0)
    set(GIT_COMMIT ${description})
  endif()
endif()
configure_file(${INPUT} ${OUTPUT} @ONLY)
