#include "rmtheat/parallel/communicator.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "mpi_check.hpp"

namespace rmtheat::parallel {
namespace {

// MPI counts are ints: longer buffers go in pieces of this many elements.
constexpr std::size_t piece_length = std::size_t{1} << 30U;

// A tag of its own for the blocking messages of gather(), apart from the ring algorithms' tags.
constexpr int gather_tag = 32767;

/// Calls f(piece, length) for successive pieces of `values`.
template <class T, class F>
void for_each_piece(std::span<T> values, const F& f) {
  while (!values.empty()) {
    const auto piece = values.first(std::min(values.size(), piece_length));
    f(piece.data(), static_cast<int>(piece.size()));
    values = values.subspan(piece.size());
  }
}

MPI_Op mpi_operation(Reduction reduction) {
  switch (reduction) {
    case Reduction::sum:
      return MPI_SUM;
    case Reduction::max:
      return MPI_MAX;
    case Reduction::min:
      return MPI_MIN;
  }
  throw Error("Unknown reduction.");
}

template <class T>
void reduce_everywhere(std::span<T> values, MPI_Datatype type, Reduction reduction, MPI_Comm comm) {
  for_each_piece(values, [&](T* data, int length) {
    check_mpi(MPI_Allreduce(MPI_IN_PLACE, data, length, type, mpi_operation(reduction), comm),
              "MPI_Allreduce");
  });
}

int message_length(std::size_t elements) {
  if (elements > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw SystemError(fmt::format(
        "A message of {} numbers is longer than the 2^31 - 1 that MPI can send at once; use more "
        "ranks per group.",
        elements));
  }
  return static_cast<int>(elements);
}

// NOLINTBEGIN(clang-analyzer-optin.mpi.MPI-Checker): it does not see that Request waits
template <class T>
Request start_send(std::span<const T> values, MPI_Datatype type, int destination, int tag,
                   MPI_Comm comm) {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Isend(values.data(), message_length(values.size()), type, destination, tag, comm,
                      &request),
            "MPI_Isend");
  return Request(request);
}

template <class T>
Request start_receive(std::span<T> values, MPI_Datatype type, int source, int tag, MPI_Comm comm) {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(
      MPI_Irecv(values.data(), message_length(values.size()), type, source, tag, comm, &request),
      "MPI_Irecv");
  return Request(request);
}
// NOLINTEND(clang-analyzer-optin.mpi.MPI-Checker)

}  // namespace

Communicator::Communicator(MPI_Comm handle, bool owned) : handle_(handle), owned_(owned) {
  check_mpi(MPI_Comm_set_errhandler(handle_, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check_mpi(MPI_Comm_rank(handle_, &rank_), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(handle_, &size_), "MPI_Comm_size");
}

Communicator Communicator::borrow(MPI_Comm handle) { return {handle, false}; }

Communicator::~Communicator() {
  if (owned_ && handle_ != MPI_COMM_NULL && mpi_is_usable()) {
    MPI_Comm_free(&handle_);
  }
}

Communicator::Communicator(Communicator&& other) noexcept
    : handle_(std::exchange(other.handle_, MPI_COMM_NULL)),
      owned_(std::exchange(other.owned_, false)),
      rank_(other.rank_),
      size_(other.size_) {}

Communicator& Communicator::operator=(Communicator&& other) noexcept {
  Communicator moved(std::move(other));
  std::swap(handle_, moved.handle_);
  std::swap(owned_, moved.owned_);
  std::swap(rank_, moved.rank_);
  std::swap(size_, moved.size_);
  return *this;
}

Communicator Communicator::split(int color, int key) const {
  MPI_Comm part = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split(handle_, color, key, &part), "MPI_Comm_split");
  return {part, true};
}

Communicator Communicator::duplicate() const {
  MPI_Comm copy = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(handle_, &copy), "MPI_Comm_dup");
  return {copy, true};
}

void Communicator::barrier() const { check_mpi(MPI_Barrier(handle_), "MPI_Barrier"); }

void Communicator::all_reduce(std::span<double> values, Reduction reduction) const {
  reduce_everywhere(values, MPI_DOUBLE, reduction, handle_);
}

void Communicator::all_reduce(std::span<std::int64_t> values, Reduction reduction) const {
  reduce_everywhere(values, MPI_INT64_T, reduction, handle_);
}

Request Communicator::isend(std::span<const double> values, int destination, int tag) const {
  return start_send(values, MPI_DOUBLE, destination, tag, handle_);
}

Request Communicator::isend(std::span<const std::complex<double>> values, int destination,
                            int tag) const {
  return start_send(values, MPI_C_DOUBLE_COMPLEX, destination, tag, handle_);
}

Request Communicator::irecv(std::span<double> values, int source, int tag) const {
  return start_receive(values, MPI_DOUBLE, source, tag, handle_);
}

Request Communicator::irecv(std::span<std::complex<double>> values, int source, int tag) const {
  return start_receive(values, MPI_C_DOUBLE_COMPLEX, source, tag, handle_);
}

void Communicator::broadcast_bytes(std::span<std::byte> bytes, int root) const {
  for_each_piece(bytes, [&](std::byte* data, int length) {
    check_mpi(MPI_Bcast(data, length, MPI_BYTE, root, handle_), "MPI_Bcast");
  });
}

void Communicator::send_bytes(std::span<const std::byte> bytes, int destination) const {
  for_each_piece(bytes, [&](const std::byte* data, int length) {
    check_mpi(MPI_Send(data, length, MPI_BYTE, destination, gather_tag, handle_), "MPI_Send");
  });
}

void Communicator::receive_bytes(std::span<std::byte> bytes, int source) const {
  for_each_piece(bytes, [&](std::byte* data, int length) {
    check_mpi(MPI_Recv(data, length, MPI_BYTE, source, gather_tag, handle_, MPI_STATUS_IGNORE),
              "MPI_Recv");
  });
}

std::vector<std::int64_t> Communicator::gather_sizes(std::size_t size, int root) const {
  const auto mine = static_cast<std::int64_t>(size);
  std::vector<std::int64_t> sizes(rank_ == root ? static_cast<std::size_t>(size_) : 0);
  check_mpi(MPI_Gather(&mine, 1, MPI_INT64_T, sizes.data(), 1, MPI_INT64_T, root, handle_),
            "MPI_Gather");
  return sizes;
}

}  // namespace rmtheat::parallel
