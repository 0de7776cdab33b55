#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "results_of_job.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/io/file_lock.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/planning/control_coefficients.hpp"
#include "rmtheat/support/blas.hpp"
#include "rmtheat/support/streams.hpp"
#include "verb_options.hpp"

namespace rmtheat::app {
namespace {

/// One file to be merged.
struct Part {
  std::string file;
  io::Config config;
  io::Results results;

  /// With their curves, or where these were not stored without.
  [[nodiscard]] ensemble::Samples& realizations() {
    return results.samples.empty() ? results.without_curves : results.samples;
  }
  [[nodiscard]] io::Origin origin(std::size_t index) const {
    return results.origins.empty() ? io::Origin{config.seed, results.first_realization + index}
                                   : results.origins[index];
  }
};

Part read_part(const std::string& file, const Given& given) {
  // Not within the braces of a Part: g++ 14 destroys the members before one that throws twice.
  auto results = read_results(file, given.trust);
  auto config = io::parse_config(results.config);
  Part part{file, std::move(config), std::move(results)};
  if (part.realizations().empty()) {
    throw InputError(fmt::format("merge: {} holds no simulation.", file));
  }
  if (!part.results.origins.empty() && !given.pool) {
    throw InputError(
        fmt::format("merge: {} holds realizations of several seeds; give --pool.", file));
  }
  return part;
}

void require_same_physics(const Part& first, const Part& other, bool pool) {
  auto differences = io::physics_differences(first.config, other.config);
  if (pool) {
    std::erase_if(differences, [](const auto& each) { return each.option == "ensemble.seed"; });
  }
  if (!differences.empty()) {
    const auto& [option, left, right] = differences.front();
    throw InputError(fmt::format(
        "merge: {} and {} hold different experiments ({} = {} and {}{}{}).", first.file, other.file,
        option, left, right,
        differences.size() > 1 ? fmt::format(", and {} more differences", differences.size() - 1)
                               : "",
        option == "ensemble.seed" ? "; --pool joins seeds" : ""));
  }
}

/// Where a realization is: of which part, and which of its.
struct Place {
  io::Origin origin;
  Part* part = nullptr;
  std::size_t index = 0;
};

/// The finished realizations of all parts, seed by seed; each must be in one part alone.
std::vector<Place> finished_in(std::vector<Part>& parts) {
  std::vector<Place> places;
  for (auto& part : parts) {
    for (std::size_t k = 0; k < part.realizations().size(); ++k) {
      if (part.realizations()[k]) {
        places.push_back({part.origin(k), &part, k});
      }
    }
  }
  if (places.empty()) {
    throw InputError("merge: none of the parts has a finished realization.");
  }
  std::ranges::stable_sort(places, {}, &Place::origin);
  const auto twice = std::ranges::adjacent_find(places, {}, &Place::origin);
  if (twice != places.end()) {
    throw InputError(fmt::format("merge: realization {} of seed {} is in {} and in {}.",
                                 twice->origin.index, twice->origin.seed, twice->part->file,
                                 (twice + 1)->part->file));
  }
  return places;
}

std::uint64_t first_of(const Part& part) { return part.results.first_realization; }
std::uint64_t end_of(const Part& part) {
  return first_of(part) + std::max(part.results.samples.size(), part.results.without_curves.size());
}

/// Of a part that lacks some in the middle of others, or at its end.
void require_no_gaps(std::vector<Part>& parts, const std::vector<Place>& places,
                     std::uint64_t first, std::uint64_t end, bool pooled) {
  const auto refuse = [&](const std::string& which) {
    throw InputError(
        fmt::format("merge: {} ({} of {} are); finish the parts, or give --allow-gaps.", which,
                    places.size(), end - first));
  };
  for (std::size_t k = 0; !pooled && k < places.size(); ++k) {
    if (places[k].origin.index != first + k) {
      refuse(fmt::format("realization {} is in none of the parts", first + k));
    }
  }
  if (!pooled && places.size() < end - first) {
    refuse(fmt::format("realization {} is in none of the parts", first + places.size()));
  }
  for (auto& part : parts) {
    const auto missing =
        std::ranges::find_if(part.realizations(), [](const auto& sample) { return !sample; });
    if (pooled && missing != part.realizations().end()) {
      const auto index = static_cast<std::size_t>(missing - part.realizations().begin());
      refuse(fmt::format("{} lacks its realization {}", part.file,
                         part.results.first_realization + index));
    }
  }
}

/// The job that computes all parts' realizations by itself; of pooled seeds, one that has as many.
io::Config joint_config(const Part& one, const io::Origin& first, std::uint64_t realizations,
                        const std::string& output, bool with_samples) {
  auto settings = static_cast<const io::Settings&>(one.config);
  settings.seed = first.seed;
  settings.first = first.index;
  settings.realizations = realizations;
  settings.target_error = 0.0;
  settings.output.file = output;
  settings.output.samples = with_samples;
  return io::make_config(std::move(settings));
}

/// From those of the parts, by first realization.
ensemble::Statistics joined_statistics(const std::vector<Place>& places) {
  std::vector<const Part*> order;
  for (const auto& place : places) {
    if (std::ranges::find(order, place.part) == order.end()) {
      order.push_back(place.part);
    }
  }
  const auto of = [](const Part& part) {
    return part.results.samples.empty() ? part.results.statistics
                                        : ensemble::statistics_of(part.results.samples);
  };
  auto statistics = of(*order.front());
  for (const Part* part : std::span(order).subspan(1)) {
    statistics = ensemble::joined(statistics, of(*part));
  }
  return statistics;
}

/// Of random levels each realization has predictions of its own, and the covariance of what it is
/// off them is not in a file without samples.
void require_samples_of_random_levels(const std::vector<Part>& parts, const io::Config& config) {
  const auto lacking =
      std::ranges::find_if(parts, [](const Part& part) { return part.results.samples.empty(); });
  if (lacking != parts.end() && config.experiment.has_random_levels()) {
    throw InputError(fmt::format(
        "merge: {} was written with output.samples = false and has random levels: how realizations "
        "differ from the predictions of their own levels takes each of them; simulate it with "
        "output.samples = true.",
        lacking->file));
  }
}

}  // namespace

ExitStatus merge(const Arguments& arguments) {
  const auto given = read_verb("merge", arguments);
  const io::FileLock lock(given.output);
  io::require_writable(given.output);
  if (std::filesystem::exists(given.output)) {
    throw InputError(fmt::format("merge: {} exists; name another file.", given.output));
  }

  std::vector<Part> parts;
  int ranks = 0;
  for (const auto& file : given.files) {
    parts.push_back(read_part(file, given));
    require_same_physics(parts.front(), parts.back(), given.pool);
    ranks = std::max(ranks, parts.back().results.provenance.ranks);
  }
  const auto places = finished_in(parts);
  const bool pooled =
      places.front().origin.seed != places.back().origin.seed ||
      std::ranges::any_of(parts, [](const Part& part) { return !part.results.origins.empty(); });
  io::Origin first{places.front().origin.seed, 0};
  std::uint64_t end = places.size();
  if (!pooled) {
    first.index = std::ranges::min(parts, {}, first_of).results.first_realization;
    end = end_of(std::ranges::max(parts, {}, end_of));
  }
  if (!given.allow_gaps) {
    require_no_gaps(parts, places, first.index, end, pooled);
  }
  const bool with_samples =
      std::ranges::none_of(parts, [](const Part& part) { return part.results.samples.empty(); });
  const auto config =
      joint_config(parts.front(), first, end - first.index, given.output, with_samples);
  require_samples_of_random_levels(parts, config);
  for (const auto& part : parts) {
    require_work_share(config, part.results, part.file);
  }
  blas::set_threads(1);  // sums in the order in which a run takes them
  auto merged = results_of_job(config, io::current_provenance(ranks, ""));
  if (!with_samples) {
    merged.statistics = joined_statistics(places);
  }
  merged.samples.resize(config.experiment.realizations);
  for (std::size_t k = 0; k < places.size(); ++k) {
    const auto& [origin, part, index] = places[k];
    merged.samples[pooled ? k : origin.index - first.index] =
        std::move(part->realizations()[index]);
    if (pooled) {
      merged.origins.push_back(origin);
    }
  }
  if (with_samples) {
    merged.statistics = ensemble::statistics_of(merged.samples);
  }

  if (has_control(config.solver.noise_reduction)) {
    merged.control = planning::control_coefficients(config.experiment);
  }
  const auto planned = ensemble::plan_predictions(config.experiment, places.size());
  merged.predictions = ensemble::predict_all(planned, config.experiment,
                                             ensemble::levels_of(merged.samples), merged.samples);
  merged.left_out = ensemble::left_out(planned);
  if (config.coupling.operators && !config.experiment.has_random_levels()) {
    // The parts have them; the operators that they need are not at hand any more.
    merged.predictions = parts.front().results.predictions;
    merged.left_out = parts.front().results.left_out;
  }
  merged.complete = places.size() == merged.samples.size();
  io::write_results(given.output, merged, with_samples, &lock);
  to_stderr("{}: {} of {} realizations from {} part{}{}\n", given.output, places.size(),
            merged.samples.size(), parts.size(), parts.size() == 1 ? "" : "s",
            pooled ? ", seeds pooled" : "");
  return ExitStatus::success;
}

}  // namespace rmtheat::app
