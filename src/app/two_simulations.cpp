#include "two_simulations.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rmtheat/ensemble/variances.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::app {
namespace {

void require_same_axes(const Simulation& first, const Simulation& second) {
  constexpr double tolerance = 1e-9;
  const auto refuse = [&](std::string_view what) {
    throw InputError(fmt::format("--with = {}: the file must have the {} of {}.", second.file, what,
                                 first.file));
  };
  const auto& times = first.results.times;
  const double scale = times.back();
  if (!std::ranges::equal(times, second.results.times, [scale](double a, double b) {
        return std::abs(a - b) <= tolerance * scale;
      })) {
    refuse("times");
  }
  if (!std::ranges::equal(first.results.betas, second.results.betas,
                          [](const model::Betas& a, const model::Betas& b) {
                            return a == b || (std::isnan(a[0]) && std::isnan(b[0]));
                          })) {
    refuse("temperature pairs");
  }
}

/// Where the finished realizations are in the file.
std::map<io::Origin, std::size_t> realizations_of(const io::Results& results) {
  const auto& samples = results.samples.empty() ? results.without_curves : results.samples;
  std::map<io::Origin, std::size_t> places;
  for (std::size_t k = 0; k < samples.size(); ++k) {
    if (samples[k]) {
      places.emplace(results.origins.empty()
                         ? io::Origin{results.job.seed, results.first_realization + k}
                         : results.origins[k],
                     k);
    }
  }
  return places;
}

/// Places, in the first and the second file, of realizations that are drawn alike.
std::vector<std::pair<std::size_t, std::size_t>> drawn_alike(const io::Results& first,
                                                             const io::Results& second) {
  const auto others = realizations_of(second);
  std::vector<std::pair<std::size_t, std::size_t>> alike;
  for (const auto& [origin, place] : realizations_of(first)) {
    if (const auto other = others.find(origin); other != others.end()) {
      alike.emplace_back(place, other->second);
    }
  }
  return alike;
}

void keep_alone(io::Results& results, const std::vector<std::size_t>& places) {
  ensemble::Samples kept;
  for (const auto place : places) {
    kept.push_back(std::move(results.samples[place]));
  }
  results.samples = std::move(kept);
  results.statistics = ensemble::statistics_of(results.samples);
}

/// Covariance of the mean of the differences of paired samples.
std::vector<double> covariance_of_differences(const ensemble::Samples& first,
                                              const ensemble::Samples& second,
                                              const model::Field& field) {
  ensemble::Samples differences;
  for (std::size_t k = 0; k < first.size(); ++k) {
    const auto one = first[k]->curves.values(field);
    model::Curves difference(first[k]->curves.pairs(), first[k]->curves.times());
    std::ranges::transform(one, second[k]->curves.values(field), difference.add(field).begin(),
                           std::minus());
    differences.emplace_back(dynamics::Trajectory{.levels = {}, .curves = std::move(difference)});
  }
  return ensemble::statistics_of(differences).covariance.at(field);
}

void add_variances(io::Results& results) {
  results.predictions.clear();
  ensemble::add_variances(results.samples, results.statistics, results.predictions,
                          results.work_share);
}

}  // namespace

void set_against(Simulation& first, Simulation second) {
  require_same_axes(first, second);
  const auto alike = drawn_alike(first.results, second.results);
  const bool paired = !alike.empty();
  if (paired) {
    if (alike.size() < 2 || first.results.samples.empty() || second.results.samples.empty()) {
      throw InputError(fmt::format(
          "--with = {}: it shares {} realization{} of a seed with {}, which are drawn from the "
          "same "
          "random numbers; to compare them takes 2 or more with output.samples = true, or give one "
          "of the jobs another ensemble.seed.",
          second.file, alike.size(), alike.size() == 1 ? "" : "s", first.file));
    }
    std::vector<std::size_t> places;
    std::vector<std::size_t> others;
    for (const auto& [place, other] : alike) {
      places.push_back(place);
      others.push_back(other);
    }
    keep_alone(first.results, places);
    keep_alone(second.results, others);
  }
  add_variances(first.results);
  add_variances(second.results);
  auto& one = first.results.statistics;
  const auto& other = second.results.statistics;
  theory::Prediction simulated;
  simulated.curves = model::Curves(other.mean.pairs(), other.mean.times());
  for (const auto& [field, covariance] : one.covariance) {
    const auto found = other.covariance.find(field);
    if (found == other.covariance.end()) {
      continue;
    }
    std::ranges::copy(other.mean.values(field), simulated.curves.add(field).begin());
    auto& sum = simulated.residual_covariance[field];
    if (paired) {
      sum = covariance_of_differences(first.results.samples, second.results.samples, field);
    } else {
      std::ranges::transform(covariance, found->second, std::back_inserter(sum), std::plus());
    }
  }
  one.realizations = std::min(one.realizations, other.realizations);
  const auto name = std::filesystem::path(second.file).filename().string();
  first.results.predictions["simulated"].emplace(name, std::move(simulated));
}

}  // namespace rmtheat::app
