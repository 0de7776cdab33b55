#include "array_share.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"
#include "rmtheat/support/parse.hpp"

namespace rmtheat::app {
namespace {

struct Task {
  std::uint64_t id;
  io::ArrayTasks array;
  std::uint64_t count;  ///< of the array's tasks; fewer than its indices where those are a list
};

std::optional<std::uint64_t> environment_number(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? parse_number<std::uint64_t>(value) : std::nullopt;
}

std::optional<Task> current_task() {
  const auto id = environment_number("SLURM_ARRAY_TASK_ID");
  const auto first = environment_number("SLURM_ARRAY_TASK_MIN");
  const auto last = environment_number("SLURM_ARRAY_TASK_MAX");
  const auto count = environment_number("SLURM_ARRAY_TASK_COUNT");
  if (!id || !first || !last || !count || *count == 0 || *last < *first) {
    return std::nullopt;
  }
  const auto step = *count > 1 ? environment_number("SLURM_ARRAY_TASK_STEP").value_or(1) : 1;
  return Task{*id, {*first, *last, step}, *count};
}

Share every(std::uint64_t points, std::uint64_t begin, std::uint64_t stride, std::string why) {
  Share share{{}, std::move(why), {}};
  for (auto index = begin; index < points; index += stride) {
    share.points.push_back(index);
  }
  return share;
}

/// Of the task in an array that all points are dealt out to.
Share share_in(std::uint64_t points, std::uint64_t id, const io::ArrayTasks& array,
               std::string_view more) {
  return every(points, (id - array.first) / array.step, array.count(),
               fmt::format("task {} of the SLURM array {}{}", id, array.text(), more));
}

}  // namespace

Share share_of(std::uint64_t points, std::optional<std::uint64_t> asked_for,
               const std::filesystem::path& folder) {
  if (asked_for) {
    if (*asked_for >= points) {
      throw InputError(fmt::format(
          "--scan-index = {}: the value must be the index of a point of the scan, 0 to {}.",
          *asked_for, points - 1));
    }
    return every(points, *asked_for, points, "");
  }
  const auto task = current_task();
  if (!task) {
    return every(points, 0, 1, "");
  }
  const auto& [id, array, count] = *task;
  const auto known = io::tasks_of_folder(folder);
  if (known && count < known->count() && known->has(array.first) && known->has(array.last) &&
      known->has(id)) {
    return share_in(points, id, *known, ", submitted again");
  }
  if (count == 1) {
    if (id >= points) {
      throw InputError(fmt::format(
          "SLURM_ARRAY_TASK_ID = {}: an array of one task does the point of its index, 0 to {}; "
          "for all points submit no array.",
          id, points - 1));
    }
    return every(points, id, points,
                 fmt::format("the one task of a SLURM array, {}, for the point of that index", id));
  }
  if (array.step == 0 || (array.last - array.first) % array.step != 0 || count != array.count() ||
      (id - array.first) % array.step != 0) {
    throw InputError(
        fmt::format("SLURM_ARRAY_TASK_ID = {}: the scan's points can be dealt out to tasks with "
                    "equally spaced indices alone; for others give --scan-index.",
                    id));
  }
  auto share = share_in(points, id, array, "");
  share.tasks = array;
  return share;
}

}  // namespace rmtheat::app
