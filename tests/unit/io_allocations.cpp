// Watches what `new` is asked for. A file of its own: compilers that see these definitions beside
// uses of new and delete take them for mismatched.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "io_testing.hpp"

namespace {
std::size_t largest = 0;
}

std::size_t& kosnn_test::largest_allocation() { return largest; }

void* operator new(std::size_t bytes) {
  largest = std::max(largest, bytes);
  if (void* const memory = std::malloc(std::max<std::size_t>(bytes, 1))) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, std::nothrow_t const&) noexcept {
  largest = std::max(largest, bytes);
  return std::malloc(std::max<std::size_t>(bytes, 1));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
