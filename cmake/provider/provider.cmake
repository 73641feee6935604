# A dependency provider for builds of koSNN itself. The presets choose it through
# CMAKE_PROJECT_TOP_LEVEL_INCLUDES; without it, find_package behaves as always.
#
# For each package listed in packages.cmake: take an installed one; else build the pinned release
# from its public address; else, on Debian, build it from a Debian source package or take it from
# binary packages. What is built or unpacked lives in the user's cache folder, not in the build tree.
#
#   KOSNN_DEPENDENCY_FLAGS   compiler flags for what is built, e.g. -march=native
#   KOSNN_KOKKOS_DEVICES     the execution spaces Kokkos must have, e.g. SERIAL;OPENMP
#   FETCHCONTENT_FULLY_DISCONNECTED   ON: do not try public addresses

include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/packages.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/cache.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/release.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)

# Makes a folder with dependencies visible to find_package and to programs run from the build tree.
# The old kind of run path is needed because a library unpacked there finds its own libraries only
# through the program's path.
macro(kosnn_use_prefix prefix)
  list(PREPEND CMAKE_PREFIX_PATH "${prefix}")
  if(EXISTS "${prefix}/lib/${CMAKE_LIBRARY_ARCHITECTURE}")
    list(APPEND CMAKE_BUILD_RPATH "${prefix}/lib/${CMAKE_LIBRARY_ARCHITECTURE}")
    string(APPEND CMAKE_EXE_LINKER_FLAGS " -Wl,--disable-new-dtags")
  endif()
endmacro()

# Is there a Kokkos with all the execution spaces asked for? Its settings are read without defining
# its targets, which could not be taken back.
function(kosnn_check_installed_kokkos result)
  set(${result} ON PARENT_SCOPE)
  find_package(KosnnKokkosProbe QUIET NAMES Kokkos CONFIGS KokkosConfigCommon.cmake
               HINTS ${Kokkos_DIR} ${Kokkos_ROOT} $ENV{Kokkos_ROOT} BYPASS_PROVIDER)
  unset(KosnnKokkosProbe_DIR CACHE)
  if(NOT KosnnKokkosProbe_FOUND)
    return()
  endif()
  foreach(device IN LISTS KOSNN_KOKKOS_DEVICES)
    if(NOT device IN_LIST Kokkos_DEVICES)
      message(STATUS "koSNN: the Kokkos in ${KosnnKokkosProbe_CONFIG} has ${Kokkos_DEVICES} but "
                     "not ${device}, which this preset asks for; looking for another")
      set(${result} OFF PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# Gets a package that is not installed; `result_prefix` is where it went, empty for the system.
function(kosnn_obtain package result_prefix)
  set(tried "an installed one: none found")
  foreach(source release debian)
    cmake_language(CALL kosnn_obtain_from_${source} ${package} prefix problem)
    if(NOT problem)
      if(prefix)
        list(APPEND KOSNN_PREFIXES "${prefix}")
        set(KOSNN_PREFIXES "${KOSNN_PREFIXES}" CACHE INTERNAL "folders with dependencies")
        if(EXISTS "${prefix}/lib/cmake/${package}")
          set(${package}_DIR "${prefix}/lib/cmake/${package}" CACHE PATH "found" FORCE)
        endif()
      endif()
      set(${result_prefix} "${prefix}" PARENT_SCOPE)
      return()
    endif()
    string(APPEND tried "\n  ${problem}")
  endforeach()
  message(FATAL_ERROR "koSNN needs ${package}, which could not be had. Tried:\n  ${tried}\n"
                      "Install it with: ${KOSNN_${package}_HINT}\n")
endfunction()

macro(kosnn_provide_dependency method package)
  if("${package}" IN_LIST KOSNN_PACKAGES)
    set(_kosnn_optional ${ARGN})
    list(REMOVE_ITEM _kosnn_optional REQUIRED)
    set(_kosnn_usable ON)
    if("${package}" STREQUAL "Kokkos")
      kosnn_check_installed_kokkos(_kosnn_usable)
    endif()
    if(_kosnn_usable)
      find_package(${package} ${_kosnn_optional} QUIET BYPASS_PROVIDER)
    endif()
    if(NOT ${package}_FOUND AND NOT "${_kosnn_optional}" STREQUAL "${ARGN}")
      kosnn_obtain(${package} _kosnn_prefix)
      if(_kosnn_prefix)
        kosnn_use_prefix("${_kosnn_prefix}")
      endif()
      find_package(${package} ${ARGN} BYPASS_PROVIDER)
    endif()
  else()
    # Said aloud, because CMake takes a ${package}_FOUND left by an earlier call for this call's.
    find_package(${package} ${ARGN} BYPASS_PROVIDER)
  endif()
endmacro()

foreach(prefix IN LISTS KOSNN_PREFIXES)
  kosnn_use_prefix("${prefix}")
endforeach()
cmake_language(SET_DEPENDENCY_PROVIDER kosnn_provide_dependency SUPPORTED_METHODS FIND_PACKAGE)
