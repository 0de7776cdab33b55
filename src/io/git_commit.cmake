# Run at build time: writes OUTPUT from INPUT with the commit of the sources in SOURCE_DIR: git's, where SOURCE_DIR is
# the top of a repository (and not a folder in another's), or the one that `git archive` wrote into ARCHIVE. The file
# is touched only where that changes.
set(GIT_COMMIT unknown)
file(STRINGS ${ARCHIVE} archived REGEX "^[0-9a-f]+$")
if(archived)
  set(GIT_COMMIT ${archived})
endif()
find_package(Git QUIET)
if(Git_FOUND)
  execute_process(
    COMMAND ${GIT_EXECUTABLE} rev-parse --show-toplevel
    WORKING_DIRECTORY ${SOURCE_DIR}
    OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  get_filename_component(sources ${SOURCE_DIR} REALPATH)
  if(top STREQUAL sources)
    execute_process(
      COMMAND ${GIT_EXECUTABLE} describe --match=no-such-tag --always --dirty --abbrev=40
      WORKING_DIRECTORY ${SOURCE_DIR}
      OUTPUT_VARIABLE description OUTPUT_STRIP_TRAILING_WHITESPACE
      RESULT_VARIABLE status ERROR_QUIET)
    if(status EQUAL 0)
      set(GIT_COMMIT ${description})
    endif()
  endif()
endif()
configure_file(${INPUT} ${OUTPUT} @ONLY)
