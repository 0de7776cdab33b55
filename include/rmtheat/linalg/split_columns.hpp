#pragma once

#include <cstddef>
#include <span>

namespace rmtheat::linalg {

/// Separates the parts of complex columns in place, for products in real arithmetic: each column of
/// `rows` numbers becomes its real parts followed by its imaginary parts. Real columns stay as they
/// are.
template <class T>
void split_columns(std::span<T> columns, std::size_t rows);

/// The inverse of split_columns().
template <class T>
void join_columns(std::span<T> columns, std::size_t rows);

}  // namespace rmtheat::linalg
