#include "service.hpp"

#include <chrono>
#include <cstdio>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/streams.hpp"

namespace rmtheat::app {
namespace {

constexpr std::chrono::milliseconds pace{10};

}  // namespace

Service::Service(std::function<void()> step, bool threaded)
    : step_(std::move(step)), threaded_(threaded) {
  if (!threaded_) {
    return;
  }
  thread_ = std::jthread([this](const std::stop_token& stop) {
    try {
      while (!stop.stop_requested()) {
        step_();
        std::this_thread::sleep_for(pace);
      }
    } catch (const std::exception& error) {
      to_stderr("rmtheat: {}\n", error.what());
      parallel::Environment::abort(static_cast<int>(ExitStatus::failure));
    }
  });
}

void Service::poll() const {
  if (!threaded_) {
    step_();
  }
}

void Service::poll_until(const std::function<bool()>& done) const {
  for (poll(); !done(); poll()) {
    std::this_thread::sleep_for(pace);
  }
}

void Service::end() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
}

}  // namespace rmtheat::app
