#include "coupling_options.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "make_option.hpp"
#include "rmtheat/model/coupling/table.hpp"
#include "rmtheat/support/parse.hpp"

namespace rmtheat::io {
namespace {

/// The option of the coupling that only structures with its key have.
Option of_structure(Option option) {
  option.belongs = [key = option.key](const Settings& settings) {
    const auto& table = model::coupling_table();
    const auto structure =
        std::ranges::find(table, settings.structure, &model::CouplingStructure::word);
    return structure != table.end() && std::ranges::count(structure->options, key) > 0;
  };
  option.defaulted = option.belongs;
  option.resolved = option.belongs;
  option.chosen_by = "structure";
  return option;
}

ValueKind<std::string> structure_word() {
  std::vector<std::pair<std::string, std::string>> words;
  for (const auto& structure : model::coupling_table()) {
    words.emplace_back(structure.word, structure.word);
  }
  return choice(words);
}

/// What a results file keeps of given operators.
ValueKind<std::shared_ptr<const model::GivenOperators>> operators_in_words() {
  using Pointer = std::shared_ptr<const model::GivenOperators>;
  return {"K, real or complex, sqrt(Tr V^2 / D) and a digest",
          [](std::string_view given) -> std::optional<Pointer> {
            std::istringstream stream{std::string(given)};
            std::array<std::string, 5> words;
            for (auto& word : words) {
              stream >> word;
            }
            const auto terms = parse_number<std::uint64_t>(words[0]);
            const auto factor = parse_number<double>(words[2]);
            const bool real = words[1] == "real";
            if (!terms || !factor || !(real || words[1] == "complex") || words[3].empty() ||
                !words[4].empty()) {
              return std::nullopt;
            }
            model::GivenOperators operators;
            operators.terms = *terms;
            operators.real = real;
            operators.strength_factor = *factor;
            operators.digest = words[3];
            return std::make_shared<const model::GivenOperators>(std::move(operators));
          },
          [](const Pointer& operators) {
            return fmt::format("{} {} {} {}", operators->terms,
                               operators->real ? "real" : "complex", operators->strength_factor,
                               operators->digest);
          }};
}

}  // namespace

std::vector<Option> coupling_section() {
  using model::Family;
  using model::Profile;
  const std::string section = "coupling";
  const auto place = [](auto member) {
    return [=](auto& settings) -> auto& { return settings.coupling.*member; };
  };
  auto file = of_structure(option(
      section,
      {"file", "", "",
       "file: V = sum_k A_k (x) B_k from datasets /coupling/a (K, N1, N1) and /coupling/b (K, N2, "
       "N2) of this HDF5 file, in the basis of the levels, or of the hamiltonian's matrix"},
      optional(text("a path")), [](auto& settings) -> auto& { return settings.coupling_file; }));
  file.resolved = [](const Settings&) { return false; };  // `operators` says what they were
  std::vector<Option> options = {
      option(
          section,
          {"structure", "", "full",
           "of the coupling matrix V: one full Gaussian matrix, a sum of random products, a band, "
           "or "
           "operators that are given"},
          structure_word(), [](auto& settings) -> auto& { return settings.structure; }),
      of_structure(option(section,
                          {"ensemble", "", "gue", "Gaussian ensemble of V, or of its factors"},
                          choice<Family>({{"gue", Family::unitary}, {"goe", Family::orthogonal}}),
                          place(&model::CouplingOptions::family))),
      of_structure(option(section,
                          {"terms", "", "1", "products: K of V = K^(-1/2) sum_k A_k (x) B_k"},
                          whole(1, largest_size), place(&model::CouplingOptions::terms))),
      of_structure(option(section,
                          {"bandwidth", "energy", "1",
                           "band: D E|V_ab|^2 falls off with the energy transferred over this"},
                          positive_real(), place(&model::CouplingOptions::bandwidth))),
      of_structure(option(
          section, {"profile", "", "gaussian", "band: how D E|V_ab|^2 falls off, from 1"},
          choice<Profile>({{"gaussian", Profile::gaussian}, {"lorentzian", Profile::lorentzian}}),
          place(&model::CouplingOptions::profile))),
      std::move(file),
      of_structure(
          option(section,
                 {"operators", "", "",
                  "file: in results files, which operators they were, in place of the path"},
                 operators_in_words(), place(&model::CouplingOptions::operators))),
      option(
          section,
          {"strength", "energy", "0.1", "coupling strength lambda, H = H_1 + H_2 + lambda V"},
          non_negative_real(), [](auto& settings) -> auto& { return settings.strength; }),
  };
  return options;
}

}  // namespace rmtheat::io
