// Counts calls of `new`. A file of its own: compilers that see these definitions beside uses of new
// and delete take them for mismatched.
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "allocations.hpp"

namespace {
std::atomic<std::size_t> calls{0};
}

std::size_t kosnn_test::host_allocations() { return calls; }

void* operator new(std::size_t bytes) {
  ++calls;
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
