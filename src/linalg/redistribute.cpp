#include "rmtheat/linalg/redistribute.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rmtheat/support/blas_int.hpp"
#include "rmtheat/support/error.hpp"
#include "scalapack.hpp"

namespace rmtheat::linalg {
namespace {

/// A grid that encloses both; the routine is fastest with a single row.
ProcessGrid enclosing_grid(const ProcessGrid& source, const ProcessGrid& destination) {
  const auto is_row_of_all = [](const ProcessGrid& g) { return g.contains_all() && g.rows() == 1; };
  if (is_row_of_all(destination)) {
    return destination;
  }
  if (is_row_of_all(source)) {
    return source;
  }
  return ProcessGrid::row_of_all(source.communicator());
}

}  // namespace

template <Scalar T>
void redistribute(const DistributedMatrix<T>& source, DistributedMatrix<T>& destination) {
  const auto& from = source.layout();
  const auto& to = destination.layout();
  if (from.rows() != to.rows() || from.columns() != to.columns() ||
      from.grid().communicator().size() != to.grid().communicator().size()) {
    throw InputError(fmt::format(
        "A {} x {} matrix cannot be redistributed into a {} x {} one, or over other processes.",
        from.rows(), from.columns(), to.rows(), to.columns()));
  }
  const auto source_descriptor = from.descriptor();
  const auto destination_descriptor = to.descriptor();
  const auto enclosing = enclosing_grid(from.grid(), to.grid());
  const auto rows = blas_int(from.rows(), "number of rows");
  const auto width = std::max<BlockCyclic::Index>(1, redistribution_panel / from.rows());
  for (BlockCyclic::Index first = 0; first < from.columns(); first += width) {
    const auto columns = std::min(width, from.columns() - first);
    pgemr2d(rows, blas_int(columns, "number of columns"), blas_int(first + 1, "number of columns"),
            source.data(), source_descriptor.data(), destination.data(),
            destination_descriptor.data(), enclosing.context());
  }
}

template void redistribute(const DistributedMatrix<double>&, DistributedMatrix<double>&);
template void redistribute(const DistributedMatrix<Complex>&, DistributedMatrix<Complex>&);

}  // namespace rmtheat::linalg
