#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rmtheat/model/coupling/band.hpp"
#include "rmtheat/model/coupling/gaussian.hpp"
#include "rmtheat/model/coupling/given.hpp"
#include "rmtheat/model/coupling/law.hpp"

namespace rmtheat::model {

/// Values of the options of all structures.
struct CouplingOptions {
  Family family = Family::unitary;
  std::size_t terms = 1;
  double bandwidth = 1.0;
  Profile profile = Profile::gaussian;
  std::shared_ptr<const GivenOperators> operators;
};

/// A structure of coupling matrices, as the options know it.
struct CouplingStructure {
  std::string word;                  ///< that names it, "full"
  std::vector<std::string> options;  ///< keys of those that it has, among them "ensemble"
  /// Its law with these values. Throws InputError where they do not fit.
  std::function<LawPointer(const CouplingOptions&)> make;
};

/// full, products, band, file.
std::vector<CouplingStructure> standard_couplings();

/// All structures, in the order in which options name them.
const std::vector<CouplingStructure>& coupling_table();

}  // namespace rmtheat::model
