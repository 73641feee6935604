# Runs a command that takes --json and compares a number of its report's result:
# cmake -D report=FILE -D key=NAME -D least=N [-D most=N] -P result.cmake -- COMMAND...
include(${CMAKE_CURRENT_LIST_DIR}/../command.cmake)
execute_process(COMMAND ${command} --json ${report} RESULT_VARIABLE got OUTPUT_VARIABLE out
                ERROR_VARIABLE err)
if(NOT got EQUAL 0)
  message(FATAL_ERROR "exit code ${got}\n${out}${err}")
endif()
file(READ ${report} json)
string(JSON value GET "${json}" result ${key})
if(NOT value GREATER_EQUAL least)
  message(FATAL_ERROR "${key} is ${value}, expected at least ${least}\n${out}${err}")
endif()
if(DEFINED most AND NOT value LESS_EQUAL most)
  message(FATAL_ERROR "${key} is ${value}, expected at most ${most}\n${out}${err}")
endif()
