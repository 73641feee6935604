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

# kosnn_add_test(NAME SOURCES...): a GoogleTest executable, run with each of KOSNN_TEST_THREADS. Optimisation takes most of the compiler's time: those not in
# KOSNN_OPTIMISED_TESTS do without. With koSNN_SANITISE_TESTS those in KOSNN_SANITISED_TESTS run
# under sanitizers; where they are in both lists, a second executable does, with most threads.
function(kosnn_add_test name)
  set(sanitised OFF)
  if(koSNN_SANITISE_TESTS AND name IN_LIST KOSNN_SANITISED_TESTS)
    set(sanitised ON)
  endif()
  if(name IN_LIST KOSNN_OPTIMISED_TESTS)
    kosnn_add_one_test(${name} ON OFF ${ARGN})
    if(sanitised)
      list(GET KOSNN_TEST_THREADS -1 KOSNN_TEST_THREADS)
      kosnn_add_one_test(${name}_sanitised OFF ON ${ARGN})
    endif()
  else()
    kosnn_add_one_test(${name} OFF ${sanitised} ${ARGN})
  endif()
endfunction()

set(KOSNN_SANITIZERS -fsanitize=address,undefined -fno-sanitize=null,alignment,vptr,object-size
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer -UNDEBUG)
function(kosnn_sanitise target)
  target_compile_options(${target} PRIVATE ${KOSNN_SANITIZERS})
  target_link_options(${target} PRIVATE -fsanitize=address,undefined)
endfunction()

function(kosnn_add_one_test name optimised sanitised)
  set(target kosnn_test_${name})
  add_executable(${target} ${ARGN})
  set(labels unit)
  if(sanitised)
    kosnn_sanitise(${target})
    list(APPEND labels sanitised)
  endif()
  if(NOT optimised)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
    # What all of them include is read once, by the first of each kind.
    get_property(first GLOBAL PROPERTY kosnn_first_test_${sanitised})
    if(first)
      target_precompile_headers(${target} REUSE_FROM ${first})
    else()
      target_precompile_headers(${target} PRIVATE <kosnn/kosnn.hpp> <gtest/gtest.h>)
      set_property(GLOBAL PROPERTY kosnn_first_test_${sanitised} ${target})
    endif()
  endif()
  target_link_libraries(${target} PRIVATE kosnn::kosnn kosnn_test_main)
  kosnn_warnings(${target})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # which else collects its garbage for a tenth of the time
    target_compile_options(${target} PRIVATE "SHELL:--param ggc-min-heapsize=1000000")
  endif()
  foreach(threads IN LISTS KOSNN_TEST_THREADS)
    set(test ${name}.${threads}_threads)
    add_test(NAME ${test} COMMAND ${target})
    set_tests_properties(${test} PROPERTIES PROCESSORS ${threads} LABELS "${labels};threads_${threads}"
                         ENVIRONMENT "OMP_NUM_THREADS=${threads};OMP_PROC_BIND=false")
  endforeach()
endfunction()

# kosnn_add_compile_fail_test(NAME SOURCE SENTENCE): passes when SOURCE does not compile and the
# compiler's words contain SENTENCE. With g++ the library's header is read once for all of them.
function(kosnn_add_compile_fail_test name source sentence)
  set(folders $<TARGET_PROPERTY:kosnn,INTERFACE_INCLUDE_DIRECTORIES>)
  set(precompiled ${CMAKE_CURRENT_BINARY_DIR}/compile_fail)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND NOT TEST compile_fail.header)
    add_test(NAME compile_fail.header
             COMMAND ${CMAKE_CXX_COMPILER} -std=c++17 -w ${KOSNN_OPENMP_FLAG}
                     "-I$<JOIN:${folders},;-I>" -x c++-header
                     ${PROJECT_SOURCE_DIR}/include/kosnn/kosnn.hpp
                     -o ${precompiled}/kosnn/kosnn.hpp.gch
             COMMAND_EXPAND_LISTS)
    file(MAKE_DIRECTORY ${precompiled}/kosnn)
    set_tests_properties(compile_fail.header PROPERTIES LABELS compile_fail
                         FIXTURES_SETUP kosnn_header)
  endif()
  add_test(NAME compile_fail.${name}
           COMMAND ${CMAKE_COMMAND} -D "sentence=${sentence}"
                   -P ${PROJECT_SOURCE_DIR}/tests/compile_fail/check.cmake --
                   ${CMAKE_CXX_COMPILER} -std=c++17 -fsyntax-only -w ${KOSNN_OPENMP_FLAG}
                   -I${precompiled} "-I$<JOIN:${folders},;-I>"
                   ${CMAKE_CURRENT_SOURCE_DIR}/${source}
           COMMAND_EXPAND_LISTS)
  set_tests_properties(compile_fail.${name} PROPERTIES LABELS compile_fail
                       FIXTURES_REQUIRED kosnn_header)
endfunction()
