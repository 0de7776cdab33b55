# Options every target of this project is compiled with.
add_library(rmtheat_options INTERFACE)
target_compile_options(rmtheat_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${RMTHEAT_WARNINGS_AS_ERRORS}>:-Werror>)
if(RMTHEAT_FAULT_INJECTION)
  target_compile_definitions(rmtheat_options INTERFACE RMTHEAT_FAULT_INJECTION)
endif()
if(RMTHEAT_SANITIZE)
  target_compile_options(rmtheat_options INTERFACE
    -fsanitize=${RMTHEAT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(rmtheat_options INTERFACE -fsanitize=${RMTHEAT_SANITIZE})
endif()

# rmtheat_room(NAME SOURCES file... [USES room...] [PRIVATE lib...] [PUBLIC lib...])
# One library per room of the code; USES names the rooms it may include. Installed as rmtheat::NAME.
function(rmtheat_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;PRIVATE;PUBLIC" ${ARGN})
  add_library(rmtheat_${name} STATIC ${ROOM_SOURCES})
  add_library(rmtheat::${name} ALIAS rmtheat_${name})
  target_include_directories(rmtheat_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_features(rmtheat_${name} PUBLIC cxx_std_20)
  list(TRANSFORM ROOM_USES PREPEND rmtheat_)
  target_link_libraries(rmtheat_${name} PUBLIC ${ROOM_USES} ${ROOM_PUBLIC}
                        PRIVATE ${ROOM_PRIVATE} $<BUILD_INTERFACE:rmtheat_options>)
  set_target_properties(rmtheat_${name} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS rmtheat_${name} EXPORT rmtheat ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()
