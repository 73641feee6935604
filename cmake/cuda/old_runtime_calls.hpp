#ifndef KOSNN_CUDA_OLD_RUNTIME_CALLS_HPP
#define KOSNN_CUDA_OLD_RUNTIME_CALLS_HPP

// CUDA 13 changed the arguments of three runtime calls that Kokkos 3.4 makes. These overloads take
// the old ones. Forced into every file compiled by nvcc-cxx.

#include <cuda_runtime_api.h>

#if CUDART_VERSION >= 13000

inline cudaMemLocation kosnn_memory_location(int device) {
  cudaMemLocation location{};
  location.type = device == cudaCpuDeviceId ? cudaMemLocationTypeHost : cudaMemLocationTypeDevice;
  location.id = device == cudaCpuDeviceId ? 0 : device;
  return location;
}

inline cudaError_t cudaMemAdvise(void const* pointer, size_t bytes, cudaMemoryAdvise advice,
                                 int device) {
  return cudaMemAdvise(pointer, bytes, advice, kosnn_memory_location(device));
}

inline cudaError_t cudaMemPrefetchAsync(void const* pointer, size_t bytes, int device,
                                        cudaStream_t stream = nullptr) {
  return cudaMemPrefetchAsync(pointer, bytes, kosnn_memory_location(device), 0, stream);
}

inline cudaError_t cudaGraphAddDependencies(cudaGraph_t graph, cudaGraphNode_t const* from,
                                            cudaGraphNode_t const* to, size_t count) {
  return cudaGraphAddDependencies(graph, from, to, nullptr, count);
}

#endif

#endif
