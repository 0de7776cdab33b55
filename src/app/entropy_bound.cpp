#include "entropy_bound.hpp"

#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "rmtheat/ensemble/variances.hpp"

namespace rmtheat::app {
namespace {

constexpr double known_to = 0.1;

struct Point {
  double time;
  double ratio;
  double error;
};

struct BoundOfPair {
  Point last;
  std::optional<Point> least;
};

std::vector<BoundOfPair> bounds_in(const io::Results& results) {
  std::vector<BoundOfPair> bounds;
  const auto found = ensemble::entropy_bound_ratio(results.samples);
  const std::size_t times = results.times.size();
  for (std::size_t pair = 0; found && pair < results.betas.size(); ++pair) {
    const auto point = [&](std::size_t t) {
      return Point{results.times[t], found->value[pair * times + t],
                   found->error[pair * times + t]};
    };
    BoundOfPair bound{point(times - 1), {}};
    for (std::size_t t = 0; t < times; ++t) {
      const auto here = point(t);
      if (here.error <= known_to * here.ratio &&
          (!bound.least || here.ratio < bound.least->ratio)) {
        bound.least = here;
      }
    }
    bounds.push_back(bound);
  }
  return bounds;
}

nlohmann::json as_json(const Point& point) {
  return {{"time", point.time}, {"ratio", point.ratio}, {"error", point.error}};
}

}  // namespace

std::string entropy_bound_text(const io::Results& results) {
  const auto bounds = bounds_in(results);
  if (bounds.empty()) {
    return "";
  }
  std::string text =
      "\nnoise of the entropy: Var(sigma) (e^Sigma - 1) / (2 Sigma^2), Sigma = <sigma>, which is 1 "
      "at least\n";
  const auto words = [](const Point& point) {
    return fmt::format("{:.5g} +- {:.2g} at t = {:.3g}", point.ratio, point.error, point.time);
  };
  for (std::size_t pair = 0; pair < bounds.size(); ++pair) {
    const auto& [last, least] = bounds[pair];
    text += fmt::format("  pair {}: {}{}\n", pair, words(last),
                        least ? ", least " + words(*least) : "");
  }
  return text;
}

nlohmann::json entropy_bound_json(const io::Results& results) {
  nlohmann::json list;
  for (const auto& [last, least] : bounds_in(results)) {
    const auto& [beta1, beta2] = results.betas[list.size()];
    nlohmann::json entry = {{"pair", list.size()}, {"beta1", beta1}, {"beta2", beta2}};
    entry["last"] = as_json(last);
    if (least) {
      entry["least"] = as_json(*least);
    }
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace rmtheat::app
