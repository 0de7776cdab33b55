#pragma once

#include "rmtheat/linalg/distributed_matrix.hpp"

namespace rmtheat::linalg {

/// redistribute() moves at most this many elements at a time: the library sizes its buffers, about
/// 1.5 times each process's part of them, in 32-bit bytes.
inline constexpr BlockCyclic::Index redistribution_panel = BlockCyclic::Index{1} << 26U;

/// Copies a matrix into another block-cyclic distribution, for example eigenvectors from any grid
/// into whole columns on a row of processes.
///
/// Both grids must have been made from communicators of the same processes in the same order; the
/// matrices must be of one size (InputError otherwise). Collective over that communicator. Where
/// neither grid contains all processes, a grid that does is made for the occasion.
template <Scalar T>
void redistribute(const DistributedMatrix<T>& source, DistributedMatrix<T>& destination);

}  // namespace rmtheat::linalg
