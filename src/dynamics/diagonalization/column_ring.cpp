#include "rmtheat/dynamics/diagonalization/column_ring.hpp"

#include <complex>
#include <cstdint>

namespace rmtheat::dynamics {
namespace {

template <class T>
EigenColumns<T> columns_from(const EigenColumns<T>& columns, std::size_t dimension,
                             std::size_t first) {
  return {columns.vectors.subspan(first * dimension), columns.values.subspan(first)};
}

/// How many columns each rank owns.
std::vector<std::size_t> column_counts(const parallel::Communicator& group, std::size_t own) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(group.size()), 0);
  counts[static_cast<std::size_t>(group.rank())] = static_cast<std::int64_t>(own);
  group.all_reduce(counts, parallel::Reduction::sum);
  return {counts.begin(), counts.end()};
}

/// Resizes without keeping the contents, so that the old and the new memory never coexist.
template <class T>
void make_room(linalg::HugePageVector<T>& buffer, std::size_t size) {
  if (buffer.capacity() < size) {
    linalg::HugePageVector<T>().swap(buffer);  // assigning {} would keep the memory
  }
  buffer.resize(size);
}

}  // namespace

template <class T>
void add_all_pairs(const parallel::Communicator& group, const EigenColumns<T>& own,
                   std::size_t dimension, EigenbasisSums<T>& sums, RingBuffers<T>& buffers) {
  if (group.size() == 1) {
    sums.add_within(own);
    return;
  }
  const int ranks = group.size();
  const int next = (group.rank() + 1) % ranks;
  const int previous = (group.rank() + ranks - 1) % ranks;
  const auto counts = column_counts(group, own.values.size());
  constexpr int vectors_tag = 1;
  constexpr int values_tag = 2;

  // After `step` shifts this rank holds the columns of rank + step. Half of the ring suffices: the
  // pair (q, r) is taken where r is reached first.
  EigenColumns<T> held = own;
  const int steps = ranks / 2;
  for (int step = 0; step <= steps; ++step) {
    EigenColumns<T> arriving{};
    {
      std::array<parallel::Request, 4> transfers;
      if (step < steps) {
        const auto slot = static_cast<std::size_t>(step % 2);
        const std::size_t count =
            counts[static_cast<std::size_t>((group.rank() + step + 1) % ranks)];
        make_room(buffers.vectors[slot], count * dimension);
        buffers.values[slot].resize(count);
        transfers = {group.irecv(std::span(buffers.vectors[slot]), next, vectors_tag),
                     group.irecv(std::span(buffers.values[slot]), next, values_tag),
                     group.isend(held.vectors, previous, vectors_tag),
                     group.isend(held.values, previous, values_tag)};
        arriving = {buffers.vectors[slot], buffers.values[slot]};
      }
      if (step == 0) {
        sums.add_within(own);
      } else if (2 * step == ranks) {
        // Opposite ranks hold each other's columns: they share the pair, split at half of the
        // columns of the higher one.
        const int opposite = (group.rank() + step) % ranks;
        if (group.rank() < opposite) {
          const std::size_t half = held.values.size() / 2;
          sums.add_between({held.vectors.first(half * dimension), held.values.first(half)}, own);
        } else {
          sums.add_between(held, columns_from(own, dimension, own.values.size() / 2));
        }
      } else {
        sums.add_between(held, own);
      }
      for (auto& transfer : transfers) {
        transfer.wait();
      }
    }
    held = arriving;
  }
}

template void add_all_pairs(const parallel::Communicator&, const EigenColumns<double>&, std::size_t,
                            EigenbasisSums<double>&, RingBuffers<double>&);
template void add_all_pairs(const parallel::Communicator&,
                            const EigenColumns<std::complex<double>>&, std::size_t,
                            EigenbasisSums<std::complex<double>>&,
                            RingBuffers<std::complex<double>>&);

}  // namespace rmtheat::dynamics
