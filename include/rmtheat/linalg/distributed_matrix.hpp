#pragma once

#include <algorithm>
#include <complex>
#include <concepts>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "rmtheat/linalg/block_cyclic.hpp"
#include "rmtheat/linalg/huge_page_allocator.hpp"

namespace rmtheat::linalg {

/// The element types of this room's matrices.
template <class T>
concept Scalar = std::same_as<T, double> || std::same_as<T, std::complex<double>>;

/// A matrix dealt out over a process grid: its distribution and this process's part of it.
template <Scalar T>
class DistributedMatrix {
 public:
  using Index = BlockCyclic::Index;

  /// All zeros.
  explicit DistributedMatrix(BlockCyclic layout)
      : layout_(std::move(layout)), storage_(static_cast<std::size_t>(layout_.local_size())) {}

  [[nodiscard]] const BlockCyclic& layout() const { return layout_; }

  /// This process's elements, (local_columns, local_rows) in row-major terms: local column j
  /// begins at j * leading_dimension().
  [[nodiscard]] std::span<T> local() { return storage_; }
  [[nodiscard]] std::span<const T> local() const { return storage_; }
  [[nodiscard]] T* data() { return storage_.data(); }
  [[nodiscard]] const T* data() const { return storage_.data(); }
  /// One local column, (local_rows).
  [[nodiscard]] std::span<T> local_column(LocalIndex j) { return column_of(local(), j); }
  [[nodiscard]] std::span<const T> local_column(LocalIndex j) const {
    return column_of(local(), j);
  }

  /// Calls f(global row, global column, element) for each local element, column by column.
  template <class F>
  void for_each(F&& f) {
    visit(*this, f);
  }
  template <class F>
  void for_each(F&& f) const {
    visit(*this, f);
  }

  /// Calls f(global row, global column, elements) for each run of consecutive rows of a column that
  /// this process holds; `row` is that of the first element.
  template <class F>
  void for_each_run(F&& f) {
    visit_runs(*this, f);
  }
  template <class F>
  void for_each_run(F&& f) const {
    visit_runs(*this, f);
  }

  /// Exchanges the elements with another matrix of the same distribution.
  void swap_elements(DistributedMatrix& other) noexcept { storage_.swap(other.storage_); }

  /// Gives the elements' memory away, for other use while the matrix is not needed, and takes it
  /// back. In between the matrix has no elements, afterwards arbitrary ones.
  [[nodiscard]] HugePageVector<T> lend_storage() noexcept { return std::exchange(storage_, {}); }
  void return_storage(HugePageVector<T>&& storage) {
    storage_ = std::move(storage);
    storage_.resize(static_cast<std::size_t>(layout_.local_size()));
  }

 private:
  template <class Span>
  [[nodiscard]] Span column_of(Span elements, LocalIndex j) const {
    return elements.subspan(static_cast<std::size_t>(j.value() * layout_.local_rows()),
                            static_cast<std::size_t>(layout_.local_rows()));
  }
  template <class Self, class F>
  static void visit(Self& self, F&& f) {
    const auto& layout = self.layout_;
    auto* element = self.storage_.data();
    for (Index j = 0; j < layout.local_columns(); ++j) {
      const GlobalIndex column = layout.global_column(LocalIndex(j));
      for (Index i = 0; i < layout.local_rows(); ++i) {
        f(layout.global_row(LocalIndex(i)), column, *element++);
      }
    }
  }

  template <class Self, class F>
  static void visit_runs(Self& self, F&& f) {
    const auto& layout = self.layout_;
    const bool whole_columns = layout.grid().rows() == 1;
    const Index longest = whole_columns ? layout.local_rows() : layout.block_size();
    for (Index j = 0; j < layout.local_columns(); ++j) {
      const auto column = self.local_column(LocalIndex(j));
      for (Index i = 0; i < layout.local_rows(); i += longest) {
        const Index length = std::min(longest, layout.local_rows() - i);
        f(layout.global_row(LocalIndex(i)), layout.global_column(LocalIndex(j)),
          column.subspan(static_cast<std::size_t>(i), static_cast<std::size_t>(length)));
      }
    }
  }

  BlockCyclic layout_;
  HugePageVector<T> storage_;
};

}  // namespace rmtheat::linalg
