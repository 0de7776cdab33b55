#include "rmtheat/model/observable/second_moments.hpp"

#include <array>

namespace rmtheat::model {
namespace {

/// <(c_1 DeltaE_1 + c_2 DeltaE_2)^2>
void form(const Evolution& evolution, const std::array<double, 2>& c, std::span<double> values) {
  const auto& [first, mixed, second] = evolution.second_moments;
  for (std::size_t t = 0; t < values.size(); ++t) {
    values[t] = c[0] * c[0] * first[t] + 2.0 * c[0] * c[1] * mixed[t] + c[1] * c[1] * second[t];
  }
}

void heat(const Evolution& evolution, double work_share, std::span<double> values) {
  form(evolution, heat_shares(work_share), values);
}

void work(const Evolution& evolution, double /*work_share*/, std::span<double> values) {
  form(evolution, {1.0, 1.0}, values);
}

void entropy(const Evolution& evolution, double /*work_share*/, std::span<double> values) {
  form(evolution, evolution.betas.value(), values);
}

}  // namespace

std::vector<Observable> second_moments() {
  return {
      {fields::heat_second_moment, {Needs::second_moments}, heat},
      {fields::work_second_moment, {Needs::second_moments, Needs::interaction}, work},
      {fields::entropy_second_moment, {Needs::second_moments, Needs::temperatures}, entropy},
  };
}

}  // namespace rmtheat::model
