#pragma once

#include <array>
#include <vector>

#include "rmtheat/dynamics/diagonalization/eigenbasis_sums.hpp"
#include "rmtheat/parallel/communicator.hpp"

namespace rmtheat::dynamics {

/// Storage for the columns that travel; kept from one realization to the next.
template <class T>
struct RingBuffers {
  std::array<linalg::HugePageVector<T>, 2> vectors;
  std::array<std::vector<double>, 2> values;
};

/// Adds every pair of eigenvector columns of a group to `sums`, each on one rank: whole columns are
/// spread over the ranks (`own` holds this rank's, possibly none) and travel once half-way round
/// the ring of ranks while the products of the previous ones are taken. The sums of the ranks
/// remain to be added up. Collective.
template <class T>
void add_all_pairs(const parallel::Communicator& group, const EigenColumns<T>& own,
                   std::size_t dimension, EigenbasisSums<T>& sums, RingBuffers<T>& buffers);

}  // namespace rmtheat::dynamics
