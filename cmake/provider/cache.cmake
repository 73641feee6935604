# The per-user cache, and building a package from its sources into it.

# The folder: the user's cache folder, or the build tree when there is none to write to.
function(kosnn_cache_folder result)
  set(folder "${CMAKE_BINARY_DIR}/dependencies")
  if(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(candidate "$ENV{XDG_CACHE_HOME}/koSNN")
  elseif(NOT "$ENV{HOME}" STREQUAL "")
    set(candidate "$ENV{HOME}/.cache/koSNN")
  endif()
  if(candidate)
    execute_process(COMMAND ${CMAKE_COMMAND} -E make_directory "${candidate}" ERROR_QUIET)
    execute_process(COMMAND ${CMAKE_COMMAND} -E touch "${candidate}/.writable"
                    RESULT_VARIABLE failed ERROR_QUIET)
    if(NOT failed)
      set(folder "${candidate}")
    endif()
  endif()
  file(MAKE_DIRECTORY "${folder}")
  set(${result} "${folder}" PARENT_SCOPE)
endfunction()

# A short key for everything that decides what a build gives: compiler, its flags as it understands
# them on this processor (-march=native), and the package's options.
function(kosnn_build_key result)
  separate_arguments(flags UNIX_COMMAND "${KOSNN_DEPENDENCY_FLAGS}")
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} --version OUTPUT_VARIABLE version ERROR_QUIET)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} ${flags} -dM -E -x c++ /dev/null
                  OUTPUT_VARIABLE macros ERROR_QUIET)
  string(SHA256 key "${CMAKE_CXX_COMPILER};${version};${macros};${flags};${ARGN}")
  string(SUBSTRING "${key}" 0 12 key)
  set(${result} ${key} PARENT_SCOPE)
endfunction()

# Runs a step of a build; if it fails, `result` says so and its output is kept in `log`.
function(kosnn_run log result)
  if(${result})
    return()
  endif()
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE failed)
  if(failed)
    file(WRITE "${log}" "${text}")
    set(${result} "its build stopped, see ${log}" PARENT_SCOPE)
  endif()
endfunction()

# Configures, builds and installs the sources in `source` to `prefix`, as a Release with
# KOSNN_DEPENDENCY_FLAGS. A finished prefix carries the file .complete.
function(kosnn_build_package package source prefix result_problem)
  set(work "${prefix}.build")
  set(log "${prefix}.log")
  set(problem "")
  message(STATUS "koSNN: building ${package} once, for ${prefix}")
  file(REMOVE_RECURSE "${prefix}" "${work}")
  file(MAKE_DIRECTORY "${prefix}")
  if(NOT EXISTS "${source}/CMakeLists.txt")  # headers alone
    file(COPY "${source}/include" DESTINATION "${prefix}")
  else()
    list(JOIN CMAKE_PREFIX_PATH ":" prefix_path)
    string(TIMESTAMP begin "%s")
    kosnn_run("${log}" problem ${CMAKE_COMMAND} -E env "CMAKE_PREFIX_PATH=${prefix_path}"
      ${CMAKE_COMMAND} -G ${CMAKE_GENERATOR} -S "${source}" -B "${work}"
      -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
      "-DCMAKE_CXX_FLAGS=${KOSNN_DEPENDENCY_FLAGS}" -DCMAKE_POSITION_INDEPENDENT_CODE=ON
      -DCMAKE_INSTALL_PREFIX=${prefix} -DCMAKE_INSTALL_LIBDIR=lib -DKokkos_DIR=${Kokkos_DIR}
      ${KOSNN_${package}_OPTIONS})
    kosnn_run("${log}" problem ${CMAKE_COMMAND} --build "${work}" --parallel)
    kosnn_run("${log}" problem ${CMAKE_COMMAND} --install "${work}")
    string(TIMESTAMP end "%s")
    math(EXPR seconds "${end} - ${begin}")
  endif()
  file(REMOVE_RECURSE "${work}")
  if(problem)
    set(${result_problem} "${problem}" PARENT_SCOPE)
    return()
  endif()
  file(TOUCH "${prefix}/.complete")
  message(STATUS "koSNN: ${package} built in ${seconds} s, kept in ${prefix}")
endfunction()
