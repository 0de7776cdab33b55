#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace rmtheat::linalg {

/// Allocates large arrays where the kernel may back them by huge pages, which it does on Linux when
/// asked to: reading an array from end to end then costs fewer address translations. Small arrays
/// are aligned to cache lines.
template <class T>
struct HugePageAllocator {
  using value_type = T;

  static constexpr std::size_t huge_page = std::size_t{2} << 20U;
  static constexpr std::size_t cache_line = 64;

  HugePageAllocator() = default;
  template <class U>
  // NOLINTNEXTLINE(google-explicit-constructor): allocators convert to those of other types
  HugePageAllocator(const HugePageAllocator<U>& /*other*/) noexcept {}

  /// Throws std::bad_alloc.
  [[nodiscard]] T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    const std::size_t alignment = bytes < huge_page ? cache_line : huge_page;
    const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    void* const memory = std::aligned_alloc(alignment, rounded);
    if (memory == nullptr) {
      throw std::bad_alloc();
    }
#if defined(__linux__)
    if (alignment == huge_page) {
      madvise(memory, rounded, MADV_HUGEPAGE);  // advice: without it small pages serve as well
    }
#endif
    return static_cast<T*>(memory);
  }

  void deallocate(T* memory, std::size_t /*count*/) noexcept { std::free(memory); }

  friend bool operator==(const HugePageAllocator&, const HugePageAllocator&) = default;
};

template <class T>
using HugePageVector = std::vector<T, HugePageAllocator<T>>;

}  // namespace rmtheat::linalg
