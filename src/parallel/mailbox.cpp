#include "rmtheat/parallel/mailbox.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "mpi_check.hpp"

namespace rmtheat::parallel {

// NOLINTBEGIN(clang-analyzer-optin.mpi.MPI-Checker): it does not see that Request waits

void Mailbox::post(int destination, int subject, std::vector<std::byte> content) {
  if (content.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw SystemError(fmt::format(
        "A letter of {} bytes is longer than the 2^31 - 1 that MPI can send at once; use fewer "
        "time steps or temperatures.",
        content.size()));
  }
  const std::scoped_lock lock(mutex_);
  forget_sent();
  if (destination == communicator_.rank()) {
    // Past MPI: MPICH asks its launcher for the way to a process itself, and waits for ever where
    // nothing launched it and `mpiexec` is another library's.
    arriving_.push_back(Arriving{subject, {destination, std::move(content)}, {}});
    return;
  }
  auto& letter = posted_.emplace_back(Posted{std::move(content), {}});
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Isend(letter.content.data(), static_cast<int>(letter.content.size()), MPI_BYTE,
                      destination, subject, communicator_.handle(), &request),
            "MPI_Isend");
  letter.request = Request(request);
}

std::optional<Mailbox::Letter> Mailbox::take(int subject) {
  const std::scoped_lock lock(mutex_);
  forget_sent();
  begin_receiving(subject);
  const auto first = std::ranges::find(arriving_, subject, &Arriving::subject);
  if (first == arriving_.end() || !first->request.test()) {
    return std::nullopt;
  }
  Letter letter = std::move(first->letter);
  arriving_.erase(first);
  return letter;
}

void Mailbox::advance() {
  const std::scoped_lock lock(mutex_);
  forget_sent();
}

void Mailbox::forget_sent() {
  posted_.remove_if([](Posted& letter) { return letter.request.test(); });
}

/// A blocking receive would spin, and keep the mailbox from the rank's other thread, for as long as
/// the sender of a long letter computes.
void Mailbox::begin_receiving(int subject) {
  while (true) {
    // The matched probe hands the message to this call alone.
    int arrived = 0;
    MPI_Message message = MPI_MESSAGE_NULL;
    MPI_Status status;
    check_mpi(
        MPI_Improbe(MPI_ANY_SOURCE, subject, communicator_.handle(), &arrived, &message, &status),
        "MPI_Improbe");
    if (arrived == 0) {
      return;
    }
    int length = 0;
    check_mpi(MPI_Get_count(&status, MPI_BYTE, &length), "MPI_Get_count");
    auto& arriving = arriving_.emplace_back(
        Arriving{subject,
                 {status.MPI_SOURCE, std::vector<std::byte>(static_cast<std::size_t>(length))},
                 {}});
    MPI_Request request = MPI_REQUEST_NULL;
    check_mpi(MPI_Imrecv(arriving.letter.content.data(), length, MPI_BYTE, &message, &request),
              "MPI_Imrecv");
    arriving.request = Request(request);
  }
}

// NOLINTEND(clang-analyzer-optin.mpi.MPI-Checker)

}  // namespace rmtheat::parallel
