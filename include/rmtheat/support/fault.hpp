#pragma once

namespace rmtheat {

/// What a fault-injection build can make fail, to test what is promised for that case.
enum class Fault {
  write,       ///< of a results file: the disk is full
  rename,      ///< of a results file
  allocation,  ///< of an eigensolver's matrices
  solve,       ///< the eigensolver reports failure
  not_finite,  ///< a trajectory has a NaN
};

// Two names, so that code compiled with and without the hooks can be linked together.
#ifdef RMTHEAT_FAULT_INJECTION
inline namespace with_faults {
/// True when this call of this kind is to fail, by the environment variable
/// RMTHEAT_FAULT=KIND:FIRST[-LAST][@RANK]: "solve:3@1" fails the third solve on rank 1, "write:2-9"
/// the second to ninth write on every rank. Throws InputError when it says anything else.
bool fault_is_due(Fault kind);
}  // namespace with_faults
#else
inline namespace without_faults {
constexpr bool fault_is_due(Fault /*kind*/) { return false; }
}  // namespace without_faults
#endif

}  // namespace rmtheat
