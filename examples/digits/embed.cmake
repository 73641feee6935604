# kosnn_embed(TARGET FILE...): makes files part of TARGET. Each is reached as
#   std::string_view const kosnn_embedded::NAME
# declared in "embedded.hpp", where NAME is the file's name without folder and last extension, every
# character that C++ forbids in names replaced by '_'.
#
# Run as a script (cmake -D output=FILE.cpp -D input=FILE -D name=NAME -P embed.cmake), the same file
# writes the C++ source that holds one file.

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  file(READ ${input} bytes HEX)
  string(LENGTH "${bytes}" size)
  math(EXPR size "${size} / 2")
  if(size EQUAL 0)
    message(FATAL_ERROR "${input} is empty")
  endif()
  string(REPEAT "[0-9a-f]" 64 line)
  string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  file(WRITE ${output} "#include \"embedded.hpp\"

static unsigned char const bytes[] = {
${bytes}};
std::string_view const kosnn_embedded::${name}(reinterpret_cast<char const*>(bytes), ${size});
")
  return()
endif()

set(kosnn_embed_script ${CMAKE_CURRENT_LIST_FILE})

function(kosnn_embed target)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded)
  set(declarations "")
  foreach(file IN LISTS ARGN)
    get_filename_component(input ${file} ABSOLUTE)
    get_filename_component(name ${file} NAME_WLE)
    string(MAKE_C_IDENTIFIER ${name} name)
    string(APPEND declarations "extern std::string_view const ${name};\n")
    set(output ${folder}/${name}.cpp)
    add_custom_command(OUTPUT ${output}
      COMMAND ${CMAKE_COMMAND} -D output=${output} -D input=${input} -D name=${name}
              -P ${kosnn_embed_script}
      DEPENDS ${input} ${kosnn_embed_script} VERBATIM)
    target_sources(${target} PRIVATE ${output})
  endforeach()
  file(CONFIGURE OUTPUT ${folder}/embedded.hpp @ONLY CONTENT "#pragma once

#include <string_view>

namespace kosnn_embedded {
${declarations}}
")
  target_include_directories(${target} PRIVATE ${folder})
endfunction()
