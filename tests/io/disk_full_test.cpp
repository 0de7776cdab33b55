#include <csignal>
#include <filesystem>
#include <iterator>
#include <sys/resource.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/example_results.hpp"
#include "io/temporary_directory.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {
namespace {

namespace fs = std::filesystem;

/// Makes writes fail beyond this many bytes of a file, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limited);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  FileSizeLimit(FileSizeLimit&&) = delete;
  FileSizeLimit& operator=(FileSizeLimit&&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  using Handler = void (*)(int);
  Handler handler_;
  rlimit before_{};
};

TEST(DiskFull, LeavesTheOldFileAndNoTemporary) {
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "results.h5";
  Results results = example_results();
  write_results(path, results, true);
  const auto size = fs::file_size(path);
  results.config += "# newer\n";
  for (const rlim_t limit : {rlim_t{0}, rlim_t{1000}, static_cast<rlim_t>(size / 2)}) {
    const FileSizeLimit full(limit);
    try {
      write_results(path, results, true);
      ADD_FAILURE() << "written beyond " << limit << " bytes";
    } catch (const SystemError& error) {
      EXPECT_EQ(error.what(), "File " + path.string() + " cannot be written: File too large.");
    }
    EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator()), 1);
    EXPECT_EQ(read_results(path).config, example_results().config);
  }
  write_results(path, results, true);
  EXPECT_EQ(read_results(path).config, results.config);
}

TEST(DiskFull, MissingDirectoryIsASystemError) {
  try {
    write_results("/no/such/directory/results.h5", example_results(), true);
    ADD_FAILURE() << "written";
  } catch (const SystemError& error) {
    EXPECT_STREQ(error.what(),
                 "File /no/such/directory/results.h5 cannot be written: No such file or "
                 "directory.");
  }
}

}  // namespace
}  // namespace rmtheat::io
