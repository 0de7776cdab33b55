#pragma once

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <mpi.h>

#include "rmtheat/parallel/request.hpp"

namespace rmtheat::parallel {

/// Numbers that travel between processes as they lie in memory.
template <class T>
concept Transferable =
    std::is_arithmetic_v<T> || std::same_as<T, std::complex<double>> || std::is_enum_v<T>;

/// Numbers that can be reduced.
template <class T>
concept Reducible = std::same_as<T, double> || std::same_as<T, std::int64_t>;

enum class Reduction { sum, max, min };

/// A group of processes that exchange messages. Move-only; an owned communicator is freed with the
/// object (unless MPI was finalized before), a borrowed one is not.
///
/// MPI errors are thrown as SystemError. Collective calls (all but the point-to-point ones) must be
/// made by every process of the communicator in the same order. Element counts beyond 32 bits are
/// sent in pieces by the collective calls and refused by the non-blocking ones.
class Communicator {
 public:
  /// Uses a communicator that someone else frees. Sets its error handler to MPI_ERRORS_RETURN.
  [[nodiscard]] static Communicator borrow(MPI_Comm handle);

  ~Communicator();
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;
  Communicator(Communicator&& other) noexcept;
  Communicator& operator=(Communicator&& other) noexcept;

  /// The processes that passed the same color, ranked by key, ties by their rank here. Collective.
  [[nodiscard]] Communicator split(int color, int key) const;
  /// The same processes, with messages of their own. Collective.
  [[nodiscard]] Communicator duplicate() const;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] bool is_root() const { return rank_ == 0; }
  [[nodiscard]] MPI_Comm handle() const { return handle_; }

  void barrier() const;

  /// Copies the root's values to every process. The spans must be of equal size everywhere.
  template <Transferable T>
  void broadcast(std::span<T> values, int root = 0) const {
    broadcast_bytes(std::as_writable_bytes(values), root);
  }
  template <Transferable T>
  void broadcast(T& value, int root = 0) const {
    broadcast(std::span(&value, 1), root);
  }
  /// As above; strings and vectors take the root's size.
  void broadcast(std::string& text, int root = 0) const { broadcast_resizing(text, root); }
  template <Transferable T>
  void broadcast(std::vector<T>& values, int root = 0) const {
    broadcast_resizing(values, root);
  }

  /// Element-wise over all processes, in place; the result is the same on each of them.
  void all_reduce(std::span<double> values, Reduction reduction) const;
  void all_reduce(std::span<std::int64_t> values, Reduction reduction) const;

  template <Reducible T>
  [[nodiscard]] T sum(T value) const {
    return reduced(value, Reduction::sum);
  }
  template <Reducible T>
  [[nodiscard]] T max(T value) const {
    return reduced(value, Reduction::max);
  }
  template <Reducible T>
  [[nodiscard]] T min(T value) const {
    return reduced(value, Reduction::min);
  }

  /// The vectors of all processes, of any sizes, by rank on the root; empty elsewhere. Collective.
  template <Transferable T>
  [[nodiscard]] std::vector<std::vector<T>> gather(const std::vector<T>& values,
                                                   int root = 0) const {
    const auto sizes = gather_sizes(values.size(), root);
    if (rank_ != root) {
      send_bytes(std::as_bytes(std::span(values)), root);
      return {};
    }
    std::vector<std::vector<T>> gathered(static_cast<std::size_t>(size_));
    for (int source = 0; source < size_; ++source) {
      auto& part = gathered[static_cast<std::size_t>(source)];
      if (source == root) {
        part = values;
        continue;
      }
      part.resize(static_cast<std::size_t>(sizes[static_cast<std::size_t>(source)]));
      receive_bytes(std::as_writable_bytes(std::span(part)), source);
    }
    return gathered;
  }

  /// Non-blocking messages. Throws SystemError for more than 2^31 - 1 elements.
  [[nodiscard]] Request isend(std::span<const double> values, int destination, int tag = 0) const;
  [[nodiscard]] Request isend(std::span<const std::complex<double>> values, int destination,
                              int tag = 0) const;
  [[nodiscard]] Request irecv(std::span<double> values, int source, int tag = 0) const;
  [[nodiscard]] Request irecv(std::span<std::complex<double>> values, int source,
                              int tag = 0) const;

 private:
  Communicator(MPI_Comm handle, bool owned);

  template <class Container>
  void broadcast_resizing(Container& values, int root) const {
    auto size = static_cast<std::int64_t>(values.size());
    broadcast(size, root);
    values.resize(static_cast<std::size_t>(size));
    broadcast_bytes(std::as_writable_bytes(std::span(values)), root);
  }
  template <Reducible T>
  [[nodiscard]] T reduced(T value, Reduction reduction) const {
    all_reduce(std::span<T>(&value, 1), reduction);
    return value;
  }
  void broadcast_bytes(std::span<std::byte> bytes, int root) const;
  void send_bytes(std::span<const std::byte> bytes, int destination) const;
  void receive_bytes(std::span<std::byte> bytes, int source) const;
  [[nodiscard]] std::vector<std::int64_t> gather_sizes(std::size_t size, int root) const;

  MPI_Comm handle_ = MPI_COMM_NULL;
  bool owned_ = false;
  int rank_ = 0;
  int size_ = 0;
};

}  // namespace rmtheat::parallel
