#include "rmtheat/model/coupling/products.hpp"
#include "rmtheat/model/coupling/table.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::model {
namespace {

LawPointer products_of(const CouplingOptions& options) {
  if (options.family != Family::unitary) {
    throw InputError(
        "coupling.ensemble = goe: with coupling.structure = products the value must be gue.");
  }
  return random_products(options.terms);
}

}  // namespace

std::vector<CouplingStructure> standard_couplings() {
  return {
      {"full", {"ensemble"}, [](const auto& options) { return full_coupling(options.family); }},
      {"products", {"ensemble", "terms"}, products_of},
      {"band",
       {"ensemble", "bandwidth", "profile"},
       [](const auto& options) {
         return gaussian_band(options.family, options.bandwidth, options.profile);
       }},
      {"file",
       {"file", "operators"},
       [](const auto& options) { return given_coupling(options.operators); }},
  };
}

}  // namespace rmtheat::model
