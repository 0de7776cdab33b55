#pragma once

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::planning {

/// Seconds of one realization.
struct RealizationCost {
  double solving = 0.0;   ///< diagonalization, or growing the Lanczos chains
  double evolving = 0.0;  ///< by diagonalization: all averages at all times; drawing the coupling

  [[nodiscard]] double total() const { return solving + evolving; }
};

/// Time of one realization on `ranks` ranks, from a model fitted to measurements
/// (docs/performance.md):
///
///   solving  = (c D^3 + c' D^2) / (G P^a),           D the dimension, P the ranks
///   evolving = (e F + e' D^2) / (G P),   F = floating-point operations of its matrix products
///
/// and, for each chain of K Lanczos vectors, l D (K^2 + k K) / P, bound by memory, and K products
/// with V where it has one of its own. G is the speed
/// of one rank in zgemm, in floating-point operations per second (measure_zgemm_rate()); it carries
/// the constants, measured on one machine, to another. On grids of several rows, where ScaLAPACK's
/// driver is at work, solving takes a fixed factor longer. What the model says for far more ranks
/// than it was fitted to is extrapolation: the network is not in it.
RealizationCost realization_cost(const model::Experiment& experiment,
                                 const dynamics::SolverOptions& options, int ranks,
                                 double zgemm_rate);

/// Floating-point operations per second of complex matrix products in this process, with the
/// threads that the BLAS has been given. Takes a few tenths of a second.
double measure_zgemm_rate();

}  // namespace rmtheat::planning
