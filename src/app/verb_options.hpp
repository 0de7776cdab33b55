#pragma once

#include <string>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "rmtheat/app/verbs.hpp"

namespace rmtheat::app {

/// Reads a verb's own options by their full names; arguments without a name go to `positional`.
/// Throws InputError, with the verb's name and what it allows, for anything else.
inline boost::program_options::variables_map parse_verb(
    const std::string& verb, const Arguments& arguments,
    const boost::program_options::options_description& description,
    const boost::program_options::positional_options_description& positional,
    const std::string& allowed) {
  namespace po = boost::program_options;
  po::variables_map values;
  try {
    po::store(
        po::command_line_parser(arguments)
            .options(description)
            .positional(positional)
            .style(po::command_line_style::default_style & ~po::command_line_style::allow_guessing)
            .run(),
        values);
    po::notify(values);
  } catch (const po::error& error) {
    throw InputError(fmt::format("{}: {}; allowed are {}.", verb, error.what(), allowed));
  }
  return values;
}

}  // namespace rmtheat::app
