#pragma once

#include <string>

#include "rmtheat/io/results_file.hpp"

namespace rmtheat::app {

/// A simulation and the file that it is from.
struct Simulation {
  std::string file;
  io::Results results;
};

/// Puts a second simulation in the place of the predictions of the first, as prediction
/// "simulated/FILE", to be compared like one, in the curves that both have. The covariance of the
/// difference is the sum of both means' covariances, and the realizations that it was estimated
/// from count as the fewer of the two, which makes the test a cautious one (of the Behrens-Fisher
/// problem: the degrees of freedom lie between those of one and of both together, K.
/// Krishnamoorthy, J. Yu, Stat. Probab. Lett. 66, 161 (2004)).
///
/// Realizations of the same seed and index are drawn from the same random numbers and are not
/// independent. Where there are such, these alone are compared, by the covariance of their
/// differences.
///
/// Throws InputError where times or temperatures are not the same, or where samples are lacking
/// that this takes.
void set_against(Simulation& first, Simulation second);

}  // namespace rmtheat::app
