# Runs a command and compares exit code and output: cmake -D code=N -D words=REGEX -P check.cmake --
# COMMAND... ; a wrong command line (code 2) must be answered by one line.
include(${CMAKE_CURRENT_LIST_DIR}/../command.cmake)
execute_process(COMMAND ${command} RESULT_VARIABLE got OUTPUT_VARIABLE out ERROR_VARIABLE err)
if(NOT got EQUAL code)
  message(FATAL_ERROR "exit code ${got}, expected ${code}\n${out}${err}")
endif()
if(NOT "${out}${err}" MATCHES "${words}")
  message(FATAL_ERROR "'${words}' is not in:\n${out}${err}")
endif()
if(code EQUAL 2 AND NOT err MATCHES "^[^\n]+\n$")
  message(FATAL_ERROR "expected one line, got:\n${err}")
endif()
