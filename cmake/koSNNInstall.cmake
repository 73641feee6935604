# Installs kosnn::kosnn and kosnn::io with a package configuration: find_package(koSNN [COMPONENTS io]).
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/koSNN)

install(DIRECTORY include/kosnn ${PROJECT_BINARY_DIR}/include/kosnn
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(TARGETS kosnn EXPORT koSNNTargets)
install(EXPORT koSNNTargets NAMESPACE kosnn:: DESTINATION ${package_folder})
if(TARGET kosnn_io)
  install(TARGETS kosnn_io EXPORT koSNNioTargets)
  install(EXPORT koSNNioTargets NAMESPACE kosnn:: DESTINATION ${package_folder})
endif()

configure_package_config_file(cmake/koSNNConfig.cmake.in koSNNConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(koSNNConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/koSNNConfig.cmake ${PROJECT_BINARY_DIR}/koSNNConfigVersion.cmake
              cmake/FindLZ4.cmake cmake/FindRandom123.cmake cmake/FindZstd.cmake
        DESTINATION ${package_folder})
