# What koSNN can provide to itself. Per package:
#   URL, SHA256  the pinned release          OPTIONS  how to configure it
#   FOLDER       where in it the CMakeLists.txt is, unless at the top
#   DEBIAN       binary packages, or SOURCE PACKAGE FOLDER... of a source package
#   HINT         the one command that installs it

set(KOSNN_PACKAGES "")

function(kosnn_package name)
  cmake_parse_arguments(p "" "URL;SHA256;FOLDER;HINT" "OPTIONS;DEBIAN" ${ARGN})
  foreach(field URL SHA256 FOLDER HINT OPTIONS DEBIAN)
    set(KOSNN_${name}_${field} "${p_${field}}" PARENT_SCOPE)
  endforeach()
  set(KOSNN_PACKAGES ${KOSNN_PACKAGES} ${name} PARENT_SCOPE)
  if(NOT p_HINT)
    list(JOIN p_DEBIAN " " packages)
    set(KOSNN_${name}_HINT "sudo apt-get install ${packages}" PARENT_SCOPE)
  endif()
endfunction()

set(kosnn_kokkos_options -DCMAKE_CXX_STANDARD=17 ${KOSNN_KOKKOS_OPTIONS})
foreach(device IN LISTS KOSNN_KOKKOS_DEVICES)
  list(APPEND kosnn_kokkos_options -DKokkos_ENABLE_${device}=ON)
endforeach()

kosnn_package(Kokkos
  URL https://github.com/kokkos/kokkos/archive/refs/tags/4.6.01.tar.gz
  SHA256 43190b118d0cf108b39a28f985058eecdc73370be57082a1d961c1d978ede104
  OPTIONS ${kosnn_kokkos_options}
  DEBIAN SOURCE trilinos packages/kokkos
  HINT "spack install kokkos +serial +openmp, and configure with -DKokkos_ROOT=<where it went>")

kosnn_package(KokkosKernels
  URL https://github.com/kokkos/kokkos-kernels/releases/download/4.6.01/kokkos-kernels-4.6.01.tar.gz
  SHA256 95b9357f37ab3b9c3913c00741acb2501831c28ea8664de67818ae79c69c5908
  OPTIONS -DCMAKE_CXX_STANDARD=17 -DKokkosKernels_ADD_DEFAULT_ETI=OFF
  DEBIAN SOURCE trilinos packages/kokkos-kernels
  HINT "spack install kokkos-kernels, and configure with -DKokkosKernels_ROOT=<where it went>")

kosnn_package(Random123
  URL https://github.com/DEShawResearch/random123/archive/refs/tags/v1.14.0.tar.gz
  SHA256 effafd8656b18030b2a5b995cd3650c51a7c45052e6e1c21e48b9fa7a59d926e
  DEBIAN librandom123-dev)

kosnn_package(ZLIB
  URL https://github.com/madler/zlib/archive/refs/tags/v1.3.1.tar.gz
  SHA256 17e88863f3600672ab49182f217281b6fc4d3c762bde361935e436a95214d05c
  OPTIONS -DZLIB_BUILD_EXAMPLES=OFF
  DEBIAN zlib1g-dev)

kosnn_package(PNG
  URL https://github.com/pnggroup/libpng/archive/refs/tags/v1.6.47.tar.gz
  SHA256 631a4c58ea6c10c81f160c4b21fa8495b715d251698ebc2552077e8450f30454
  OPTIONS -DPNG_TESTS=OFF -DPNG_TOOLS=OFF
  DEBIAN libpng-dev)

kosnn_package(LZ4
  URL https://github.com/lz4/lz4/archive/refs/tags/v1.9.4.tar.gz
  SHA256 0b0e3aa07c8c063ddf40b082bdf7e37a1562bda40a0ff5272957f3e987e0e54b
  FOLDER build/cmake
  OPTIONS -DLZ4_BUILD_CLI=OFF -DLZ4_BUILD_LEGACY_LZ4C=OFF
  DEBIAN liblz4-dev)

kosnn_package(Zstd
  URL https://github.com/facebook/zstd/releases/download/v1.5.6/zstd-1.5.6.tar.gz
  SHA256 8c29e06cf42aacc1eafc4077ae2ec6c6fcb96a626157e0593d5e82a34fd403c1
  FOLDER build/cmake
  OPTIONS -DZSTD_BUILD_PROGRAMS=OFF
  DEBIAN libzstd-dev)

kosnn_package(HDF5
  URL https://github.com/HDFGroup/hdf5/releases/download/hdf5_1.14.6/hdf5-1.14.6.tar.gz
  SHA256 e4defbac30f50d64e1556374aa49e574417c9e72c6b1de7a4ff88c4b1bea6e9b
  OPTIONS -DBUILD_TESTING=OFF -DHDF5_BUILD_TOOLS=OFF -DHDF5_BUILD_EXAMPLES=OFF -DHDF5_BUILD_HL_LIB=OFF
          -DHDF5_ENABLE_Z_LIB_SUPPORT=ON
  DEBIAN libhdf5-dev)

kosnn_package(nlohmann_json
  URL https://github.com/nlohmann/json/archive/refs/tags/v3.11.3.tar.gz
  SHA256 0d8ef5af7f9794e3263480193c491549b2ba6cc74bb018906202ada498a79406
  OPTIONS -DJSON_BuildTests=OFF
  DEBIAN nlohmann-json3-dev)

kosnn_package(CLI11
  URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.4.2.tar.gz
  SHA256 f2d893a65c3b1324c50d4e682c0cdc021dd0477ae2c048544f39eed6654b699a
  OPTIONS -DCLI11_BUILD_TESTS=OFF -DCLI11_BUILD_EXAMPLES=OFF -DCLI11_BUILD_DOCS=OFF
  DEBIAN libcli11-dev)

kosnn_package(GTest
  URL https://github.com/google/googletest/archive/refs/tags/v1.14.0.tar.gz
  SHA256 8ad598c73ad796e0d8280b082cebd82a630d73e73cd3c70057938a6501bba5d7
  DEBIAN libgtest-dev)

kosnn_package(Boost
  URL https://github.com/boostorg/boost/releases/download/boost-1.86.0/boost-1.86.0-cmake.tar.xz
  SHA256 2c5ec5edcdff47ff55e27ed9560b0a0b94b07bd07ed9928b476150e16b0efc57
  OPTIONS -DBOOST_INCLUDE_LIBRARIES=numeric/odeint
  DEBIAN libboost-dev)

kosnn_package(benchmark
  URL https://github.com/google/benchmark/archive/refs/tags/v1.8.3.tar.gz
  SHA256 6bc180a57d23d4d9515519f92b0c83d61b05b5bab188961f36ac7b06b0d9e9ce
  OPTIONS -DBENCHMARK_ENABLE_TESTING=OFF
  DEBIAN libbenchmark-dev)
