# Functions that add koSNN's own executables. Each takes a name and its sources, relative to the
# calling folder; all executables land in <build>/bin.

# Warnings for our own code, never for those who use it.
function(kosnn_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
  if(koSNN_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# kosnn_add_example(NAME SOURCES...): the executable kosnn_NAME.
function(kosnn_add_example name)
  add_executable(kosnn_${name} ${ARGN})
  target_link_libraries(kosnn_${name} PRIVATE kosnn::kosnn)
  kosnn_warnings(kosnn_${name})
endfunction()

# kosnn_add_benchmark(NAME SOURCES...): the executable kosnn_bench_NAME, and a test that it runs.
function(kosnn_add_benchmark name)
  add_executable(kosnn_bench_${name} ${ARGN})
  target_link_libraries(kosnn_bench_${name} PRIVATE kosnn::kosnn benchmark::benchmark)
  kosnn_warnings(kosnn_bench_${name})
  if(koSNN_ENABLE_TESTS)
    add_test(NAME benchmark.${name} COMMAND kosnn_bench_${name} --benchmark_min_time=0.001)
    set_tests_properties(benchmark.${name} PROPERTIES LABELS benchmark)
  endif()
endfunction()

# kosnn_add_test(NAME SOURCES...): a GoogleTest executable, run with 1 and with 2 threads where
# Kokkos has OpenMP. Optimisation takes most of the compiler's time: those not in
# KOSNN_OPTIMISED_TESTS do without. Those in KOSNN_SANITISED_TESTS are what the target
# sanitised_tests builds and the label `sanitised` runs.
function(kosnn_add_test name)
  add_executable(kosnn_test_${name} ${ARGN})
  if(NOT name IN_LIST KOSNN_OPTIMISED_TESTS)
    target_compile_options(kosnn_test_${name} PRIVATE $<$<CONFIG:Release>:-O0>)
    if(name STREQUAL version)  # the first: what all of them include is read once
      target_precompile_headers(kosnn_test_version PRIVATE <kosnn/kosnn.hpp> <gtest/gtest.h>)
    else()
      target_precompile_headers(kosnn_test_${name} REUSE_FROM kosnn_test_version)
    endif()
  endif()
  set(labels unit)
  if(name IN_LIST KOSNN_SANITISED_TESTS)
    add_dependencies(sanitised_tests kosnn_test_${name})
    list(APPEND labels sanitised)
  endif()
  target_link_libraries(kosnn_test_${name} PRIVATE kosnn::kosnn kosnn_test_main)
  kosnn_warnings(kosnn_test_${name})
  foreach(threads IN LISTS KOSNN_TEST_THREADS)
    set(test ${name}.${threads}_threads)
    add_test(NAME ${test} COMMAND kosnn_test_${name})
    set_tests_properties(${test} PROPERTIES PROCESSORS ${threads} LABELS "${labels};threads_${threads}"
                         ENVIRONMENT "OMP_NUM_THREADS=${threads};OMP_PROC_BIND=false")
  endforeach()
endfunction()

# kosnn_add_compile_fail_test(NAME SOURCE SENTENCE): passes when SOURCE does not compile and the
# compiler's words contain SENTENCE.
function(kosnn_add_compile_fail_test name source sentence)
  set(folders $<TARGET_PROPERTY:kosnn,INTERFACE_INCLUDE_DIRECTORIES>)
  add_test(NAME compile_fail.${name}
           COMMAND ${CMAKE_COMMAND} -D "sentence=${sentence}"
                   -P ${PROJECT_SOURCE_DIR}/tests/compile_fail/check.cmake --
                   ${CMAKE_CXX_COMPILER} -std=c++17 -fsyntax-only -w ${KOSNN_OPENMP_FLAG}
                   "-I$<JOIN:${folders},;-I>" ${CMAKE_CURRENT_SOURCE_DIR}/${source}
           COMMAND_EXPAND_LISTS)
  set_tests_properties(compile_fail.${name} PROPERTIES LABELS compile_fail)
endfunction()
