#pragma once

#include <vector>

#include "rmtheat/model/observable/table.hpp"

namespace rmtheat::model {

/// Second moments of what two measurements of both energies, at time 0 and at t, differ by:
/// quadratic forms in DeltaE_1 and DeltaE_2, as their averages follow from
/// Evolution::second_moments.
namespace fields {

/// <Q^2>, Q = (1-s) DeltaE_1 - s DeltaE_2
inline const Field heat_second_moment{
    "heat_second_moment", "energy^2",
    "mean square of the heat from system 2 into system 1, Q = (1-s) DeltaE_1 - s DeltaE_2"};
/// <W^2>, W = DeltaE_1 + DeltaE_2
inline const Field work_second_moment{
    "work_second_moment", "energy^2",
    "mean square of the work of the coupling on the pair, W = DeltaE_1 + DeltaE_2"};
/// <sigma^2>, sigma = beta1 DeltaE_1 + beta2 DeltaE_2, whose mean is the entropy production
inline const Field entropy_second_moment{
    "entropy_second_moment", "k_B^2",
    "mean square of the entropy that two measurements find, beta1 DeltaE_1 + beta2 DeltaE_2"};

}  // namespace fields

/// These, as rows of the table.
std::vector<Observable> second_moments();

}  // namespace rmtheat::model
