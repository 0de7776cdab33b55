#include "rmtheat/io/provenance.hpp"

#include <ctime>
#include <sys/utsname.h>

#include <boost/version.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "hdf5.hpp"
#include "rmtheat/support/blas.hpp"
#include "version.hpp"

namespace rmtheat::io {

namespace {

std::string machine() {
  utsname name{};
  if (uname(&name) != 0) {
    return "unknown";
  }
  return fmt::format("{}, {} {}, {}", static_cast<const char*>(name.nodename),
                     static_cast<const char*>(name.sysname), static_cast<const char*>(name.release),
                     static_cast<const char*>(name.machine));
}

}  // namespace

Provenance current_provenance(int ranks, const std::string& mpi_library) {
  return {std::string(code_version),
          std::string(git_commit),
          fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))),
          ranks,
          fmt::format("{}{}{}; HDF5 {}; Boost {}.{}.{}; fmt {}.{}.{}", mpi_library,
                      mpi_library.empty() ? "" : "; ", blas::library(), hdf5::library_version(),
                      BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100,
                      FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100),
          machine()};
}

}  // namespace rmtheat::io
