# A dependency provider for builds of koSNN itself. The presets choose it through
# CMAKE_PROJECT_TOP_LEVEL_INCLUDES; without it, find_package behaves as always.
#
# For each package listed in packages.cmake: take an installed one; else build the pinned release
# from its public address; else, on Debian, build it from a Debian source package or take it from
# binary packages. What is built or unpacked lives in the user's cache folder, not in the build tree.
#
#   KOSNN_DEPENDENCY_FLAGS   compiler flags for what is built, e.g. -march=native
#   KOSNN_KOKKOS_DEVICES     the execution spaces Kokkos must have, e.g. SERIAL;OPENMP
#   KOSNN_KOKKOS_OPTIONS     further options for building it, e.g. -DKokkos_ARCH_AMPERE80=ON
#   FETCHCONTENT_FULLY_DISCONNECTED   ON: do not try public addresses

include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/packages.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/cache.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/release.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)

# Makes a folder with dependencies visible to find_package and to programs run from the build tree.
# The old kind of run path is needed because a library unpacked there finds its own libraries only
# through the program's path.
function(kosnn_use_prefix prefix)
  if("${prefix}" IN_LIST CMAKE_PREFIX_PATH)
    return()
  endif()
  set(CMAKE_PREFIX_PATH "${prefix};${CMAKE_PREFIX_PATH}" CACHE STRING "where packages are" FORCE)
  set(libraries "${prefix}/lib/${CMAKE_LIBRARY_ARCHITECTURE}")
  if(CMAKE_LIBRARY_ARCHITECTURE AND EXISTS "${libraries}")
    set(CMAKE_BUILD_RPATH "${CMAKE_BUILD_RPATH};${libraries}" CACHE STRING "where libraries are" FORCE)
    set(CMAKE_EXE_LINKER_FLAGS "${CMAKE_EXE_LINKER_FLAGS} -Wl,--disable-new-dtags" CACHE STRING
        "linker flags" FORCE)
  endif()
endfunction()

# Has the Kokkos that find_package would take all the execution spaces asked for? Read from its
# files, because loading it defines targets that could not be taken back.
function(kosnn_check_installed_kokkos result)
  set(${result} ON PARENT_SCOPE)
  find_package(KosnnProbe QUIET NAMES Kokkos CONFIGS KokkosConfigVersion.cmake
               HINTS ${Kokkos_DIR} ${Kokkos_ROOT} $ENV{Kokkos_ROOT} BYPASS_PROVIDER)
  set(folder "${KosnnProbe_DIR}")
  unset(KosnnProbe_DIR CACHE)
  set(file "${folder}/KokkosConfigCommon.cmake")
  if(NOT EXISTS "${file}")
    set(file "${folder}/KokkosConfig.cmake")  # Debian's
  endif()
  if(NOT EXISTS "${file}")
    return()
  endif()
  file(STRINGS "${file}" line REGEX "^ *[Ss][Ee][Tt] *\\(Kokkos_DEVICES ")
  string(REGEX MATCHALL "[A-Z]+" there "${line}")
  foreach(device IN LISTS KOSNN_KOKKOS_DEVICES)
    if(NOT device IN_LIST there)
      message(STATUS "koSNN: the Kokkos in ${folder} lacks ${device}, looking for another: ${line}")
      set(${result} OFF PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# Gets a package that is not installed.
function(kosnn_obtain package)
  set(tried "an installed one: none found")
  foreach(source release debian)
    set(prefix "")
    set(problem "")
    cmake_language(CALL kosnn_obtain_from_${source} ${package} prefix problem)
    if(NOT problem)
      if(prefix)
        kosnn_use_prefix("${prefix}")
        if(EXISTS "${prefix}/lib/cmake/${package}")
          set(${package}_DIR "${prefix}/lib/cmake/${package}" CACHE PATH "found" FORCE)
        endif()
      endif()
      return()
    endif()
    string(APPEND tried "\n  ${problem}")
  endforeach()
  message(FATAL_ERROR "koSNN needs ${package}, which could not be had. Tried:\n  ${tried}\n"
                      "Install it with: ${KOSNN_${package}_HINT}\n")
endfunction()

# Is the package there? Asked in a scope of its own, because find modules leave traces of a search
# in vain that spoil the next one.
function(kosnn_check_installed result package)
  set(usable ON)
  if("${package}" STREQUAL "Kokkos")
    kosnn_check_installed_kokkos(usable)
  endif()
  if(usable)
    list(REMOVE_ITEM ARGN REQUIRED)
    find_package(${package} ${ARGN} QUIET BYPASS_PROVIDER)
  endif()
  set(${result} ${${package}_FOUND} PARENT_SCOPE)
endfunction()

# Gets a required package of ours if it is not there. Every call is then answered here, because
# CMake would take a <package>_FOUND left by an earlier call for the answer to this one.
macro(kosnn_provide_dependency method package)
  if("${package}" IN_LIST KOSNN_PACKAGES)
    kosnn_check_installed(_kosnn_there ${package} ${ARGN})
    set(_kosnn_arguments ${ARGN})
    if(NOT _kosnn_there AND "REQUIRED" IN_LIST _kosnn_arguments)
      set(${package}_FOUND TRUE)  # or CMake adds its own error to the one of kosnn_obtain
      kosnn_obtain(${package})
    endif()
  endif()
  find_package(${package} ${ARGN} BYPASS_PROVIDER)
endmacro()

cmake_language(SET_DEPENDENCY_PROVIDER kosnn_provide_dependency SUPPORTED_METHODS FIND_PACKAGE)
