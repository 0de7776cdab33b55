#include "rmtheat/model/observable/curves.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace rmtheat::model {

const Curves::Entry* Curves::find(const Field& field) const {
  const auto found = std::ranges::find(entries_, field, &Entry::field);
  return found == entries_.end() ? nullptr : &*found;
}

const Curves::Entry& Curves::at(const Field& field) const {
  const Entry* const entry = find(field);
  if (entry == nullptr) {
    throw std::out_of_range(fmt::format("curves hold no {}", field.name));
  }
  return *entry;
}

std::vector<Field> Curves::fields() const {
  std::vector<Field> fields(entries_.size());
  std::ranges::transform(entries_, fields.begin(), &Entry::field);
  return fields;
}

std::span<double> Curves::add(const Field& field) {
  if (!has(field)) {
    entries_.push_back({field, std::vector<double>(pairs_ * times_ * field.width())});
  }
  return values(field);
}

std::span<const double> Curves::values(const Field& field) const { return at(field).values; }

std::span<double> Curves::values(const Field& field) {
  return const_cast<Entry&>(at(field)).values;
}

std::span<const double> Curves::curve(const Field& field, std::size_t pair) const {
  const Entry& entry = at(field);
  const std::size_t size = times_ * entry.field.width();
  return std::span(entry.values).subspan(pair * size, size);
}

std::span<double> Curves::curve(const Field& field, std::size_t pair) {
  auto& entry = const_cast<Entry&>(at(field));
  const std::size_t size = times_ * entry.field.width();
  return std::span(entry.values).subspan(pair * size, size);
}

}  // namespace rmtheat::model
