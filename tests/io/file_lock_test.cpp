#include "rmtheat/io/file_lock.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/temporary_directory.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class FileLocks : public testing::Test {
 protected:
  [[nodiscard]] fs::path file() const { return directory_.path() / "results.h5"; }
  [[nodiscard]] fs::path lock_file() const { return file().string() + ".lock"; }

  [[nodiscard]] nlohmann::json holder() const {
    std::ifstream stream(lock_file());
    return nlohmann::json::parse(stream);
  }
  /// A lock that this text says is another's, last refreshed so many seconds ago.
  void leave(const std::string& text, long seconds) const {
    std::ofstream(lock_file()) << text;
    const auto then = fs::file_time_type::clock::now() - std::chrono::seconds(seconds);
    fs::last_write_time(lock_file(), then);
  }
  /// The message of the InputError that asking for the lock must raise.
  [[nodiscard]] std::string refusal() const {
    try {
      const FileLock lock(file());
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  }

 private:
  TemporaryDirectory directory_;
};

/// Another process, living until it is ended, that has taken the lock.
class Child {
 public:
  explicit Child(const fs::path& file) {
    std::array<int, 2> ready{};
    EXPECT_EQ(pipe(ready.data()), 0);
    process_ = fork();
    if (process_ == 0) {
      try {
        const FileLock lock(file);
        const char done = '1';
        if (write(ready[1], &done, 1) == 1) {
          pause();
        }
      } catch (const std::exception&) {
      }
      _exit(1);
    }
    close(ready[1]);
    char done = '0';
    EXPECT_EQ(read(ready[0], &done, 1), 1);
    close(ready[0]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&&) = delete;
  Child& operator=(Child&&) = delete;
  ~Child() { end(); }

  /// Kills it, so that it cannot release what it holds.
  void end() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
      process_ = 0;
    }
  }
  [[nodiscard]] pid_t process() const { return process_; }

 private:
  pid_t process_ = 0;
};

TEST_F(FileLocks, OfALivingProcessIsRefusedAndOfADeadOneTakenOver) {
  Child child(file());
  EXPECT_THAT(refusal(), HasSubstr("File " + file().string() + " is being written by another job"));
  EXPECT_THAT(refusal(), HasSubstr("process " + std::to_string(child.process())));
  EXPECT_EQ(holder()["process"], child.process());
  child.end();
  EXPECT_TRUE(fs::exists(lock_file()));
  const FileLock lock(file());
  EXPECT_EQ(holder()["process"], getpid());
}

TEST_F(FileLocks, IsReleasedOnceAtTheEndOfItsLife) {
  {
    FileLock first(file());
    EXPECT_THAT(refusal(), HasSubstr("process " + std::to_string(getpid())));
    const FileLock moved(std::move(first));
    EXPECT_TRUE(fs::exists(lock_file()));
  }
  EXPECT_FALSE(fs::exists(lock_file()));
  FileLock again(file());
  again.release();
  EXPECT_FALSE(fs::exists(lock_file()));
  const FileLock other(file());
  again.release();
  EXPECT_TRUE(fs::exists(lock_file()));
}

TEST_F(FileLocks, OfAnotherHostIsTakenOverWhenItIsNotRefreshed) {
  std::string text;
  {
    const FileLock lock(file());
    auto other = holder();
    other["host"] = "another host";
    other["boot"] = "another start";
    text = other.dump();
  }
  leave(text, FileLock::abandoned_after.count() / 2);
  EXPECT_THAT(refusal(), HasSubstr("host another host"));
  leave(text, FileLock::abandoned_after.count() + 60);
  const FileLock lock(file());
  EXPECT_NE(holder()["host"], "another host");
}

TEST_F(FileLocks, RefreshingShowsThatTheHolderLives) {
  const FileLock lock(file());
  fs::last_write_time(lock_file(), fs::file_time_type::clock::now() - std::chrono::seconds(1000));
  const auto before = fs::last_write_time(lock_file());
  lock.refresh();
  EXPECT_GT(fs::last_write_time(lock_file()), before + std::chrono::seconds(900));
}

TEST_F(FileLocks, OfAnotherProcessNamespaceHoldsAsLongAsItsFlock) {
  Child child(file());
  std::string text;
  {
    auto other = holder();
    other["processes"] = "pid:[1]";
    other["process"] = 1;
    text = other.dump();
  }
  std::ofstream(lock_file()) << text;  // the same file, with its flock
  EXPECT_THAT(refusal(), HasSubstr("process 1,"));
  child.end();
  EXPECT_EQ(refusal(), "accepted");
}

TEST_F(FileLocks, ThatIsLostIsNoticedAndLeftAlone) {
  FileLock lock(file());
  EXPECT_NO_THROW(lock.require_held());
  fs::remove(lock_file());
  EXPECT_THROW(lock.require_held(), SystemError);
  const FileLock another(file());
  EXPECT_THROW(lock.require_held(), SystemError);
  lock.release();
  EXPECT_NO_THROW(another.require_held());
}

TEST_F(FileLocks, ThatCannotBeUsedIsRefusedInASentence) {
  fs::create_symlink("nowhere", lock_file());
  EXPECT_THAT(refusal(), HasSubstr("results.h5.lock cannot be used: it is a symbolic link"));
  fs::remove(lock_file());
  fs::create_directory(lock_file());
  EXPECT_THAT(refusal(), HasSubstr("results.h5.lock cannot be used: "));
}

TEST_F(FileLocks, OfAProcessWhoseNumberIsAnothersByNowIsTakenOver) {
  std::string text;
  {
    const FileLock lock(file());
    auto earlier = holder();
    earlier["start"] = "1";
    text = earlier.dump();
  }
  leave(text, 0);
  EXPECT_EQ(refusal(), "accepted");
}

TEST_F(FileLocks, WithoutATextIsLeftToWhoeverIsAboutToWriteIt) {
  leave("", 0);
  EXPECT_THAT(refusal(), HasSubstr("since just now"));
  leave("", 60);
  EXPECT_EQ(refusal(), "accepted");
}

TEST_F(FileLocks, WhereNoneCanBeMadeIsBadInput) {
  EXPECT_THROW(FileLock("/no/such/directory/results.h5"), InputError);
}

}  // namespace
}  // namespace rmtheat::io
