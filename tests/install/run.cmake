# Configures, builds and runs the consumer project; `way` is package or subdirectory.
set(work ${build}/consumer/${way})
file(REMOVE_RECURSE ${work})

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Settings go through a cache file, so that lists stay lists.
file(WRITE ${work}/settings.cmake "
set(CMAKE_CXX_COMPILER [[${compiler}]] CACHE FILEPATH \"\")
set(CMAKE_CXX_FLAGS [[${flags}]] CACHE STRING \"\")
set(CMAKE_BUILD_TYPE [[${build_type}]] CACHE STRING \"\")
set(CMAKE_PREFIX_PATH [[${prefix_path}]] CACHE STRING \"\")
set(CMAKE_PROJECT_TOP_LEVEL_INCLUDES [[${includes}]] CACHE STRING \"\")
set(KOSNN_KOKKOS_DEVICES [[${devices}]] CACHE STRING \"\")
set(koSNN_COMPONENTS [[${components}]] CACHE STRING \"\")
set(koSNN_ENABLE_IO [[${io}]] CACHE BOOL \"\")
set(KOSNN_DEPENDENCY_FLAGS [[${dependency_flags}]] CACHE STRING \"\")
")
if(way STREQUAL "package")
  run(${CMAKE_COMMAND} --install ${build} --prefix ${work}/prefix)
  file(APPEND ${work}/settings.cmake "set(koSNN_ROOT [[${work}/prefix]] CACHE PATH \"\")\n")
else()
  file(APPEND ${work}/settings.cmake "set(koSNN_SOURCE [[${source}]] CACHE PATH \"\")\n")
endif()

run(${CMAKE_COMMAND} -G ${generator} -C ${work}/settings.cmake -S ${source}/tests/install -B ${work}/build)
run(${CMAKE_COMMAND} --build ${work}/build)
run(${work}/build/consumer)
