#include "rmtheat/linalg/blacs_grid.hpp"

#include <fmt/format.h>
#include <mpi.h>

#include "rmtheat/support/error.hpp"
#include "scalapack.hpp"

namespace rmtheat::linalg {
namespace {

bool mpi_is_finalized() {
  int finalized = 0;
  MPI_Finalized(&finalized);
  return finalized != 0;
}

/// BLACS ignores MPI's return codes, so on its communicators an MPI error must end the program.
parallel::Communicator duplicate_for_blacs(const parallel::Communicator& communicator) {
  auto copy = communicator.duplicate();
  MPI_Comm_set_errhandler(copy.handle(), MPI_ERRORS_ARE_FATAL);
  return copy;
}

}  // namespace

class ProcessGrid::Context {
 public:
  Context(const parallel::Communicator& communicator, int rows, int columns)
      : communicator_(communicator.duplicate()),
        blacs_communicator_(duplicate_for_blacs(communicator)),
        rows_(rows),
        columns_(columns),
        // A handle of our own: BLACS hands out the same one twice for the same communicator.
        system_handle_(Csys2blacs_handle(blacs_communicator_.handle())),
        context_(system_handle_) {
    Cblacs_gridinit(&context_, "Row-major", rows_, columns_);
    if (context_ < 0) {
      return;
    }
    int actual_rows = 0;
    int actual_columns = 0;
    Cblacs_gridinfo(context_, &actual_rows, &actual_columns, &my_row_, &my_column_);
    if (actual_rows != rows_ || actual_columns != columns_) {
      release();
      throw SystemError(
          fmt::format("BLACS made a {} x {} process grid where {} x {} was asked for.", actual_rows,
                      actual_columns, rows_, columns_));
    }
  }
  ~Context() {
    if (!mpi_is_finalized()) {
      release();
    }
  }
  Context(const Context&) = delete;
  Context(Context&&) = delete;
  Context& operator=(const Context&) = delete;
  Context& operator=(Context&&) = delete;

  [[nodiscard]] const parallel::Communicator& communicator() const { return communicator_; }
  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int context() const { return context_; }
  [[nodiscard]] int my_row() const { return my_row_; }
  [[nodiscard]] int my_column() const { return my_column_; }

 private:
  void release() const {
    if (context_ >= 0) {
      Cblacs_gridexit(context_);
    }
    Cfree_blacs_system_handle(system_handle_);
  }

  parallel::Communicator communicator_;
  parallel::Communicator blacs_communicator_;
  int rows_;
  int columns_;
  int system_handle_;
  int context_;
  int my_row_ = -1;
  int my_column_ = -1;
};

ProcessGrid::ProcessGrid(const parallel::Communicator& communicator, int rows, int columns) {
  if (rows < 1 || columns < 1 || rows > communicator.size() / columns) {
    throw InputError(fmt::format("A process grid of {} x {} does not fit {} rank(s).", rows,
                                 columns, communicator.size()));
  }
  context_ = std::make_shared<const Context>(communicator, rows, columns);
}

ProcessGrid ProcessGrid::row_of_all(const parallel::Communicator& communicator) {
  return {communicator, 1, communicator.size()};
}

int ProcessGrid::rows() const { return context_->rows(); }
int ProcessGrid::columns() const { return context_->columns(); }
int ProcessGrid::my_row() const { return context_->my_row(); }
int ProcessGrid::my_column() const { return context_->my_column(); }
int ProcessGrid::context() const { return context_->context(); }
const parallel::Communicator& ProcessGrid::communicator() const { return context_->communicator(); }

}  // namespace rmtheat::linalg
