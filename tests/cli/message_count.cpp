// Preloaded into the program: counts by MPI's profiling interface what each rank sends to each
// other one, and the collective calls by the size of their communicator. When MPI is finalized each
// rank writes them, and the most memory that it had, to messages.RANK.json in its directory.

#include <fstream>
#include <map>
#include <mutex>
#include <string>

#include <fmt/format.h>
#include <mpi.h>

namespace {

int world_rank() {
  int rank = 0;
  PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

/// The rank among all of a communicator's rank.
int world_rank_of(int rank, MPI_Comm comm) {
  MPI_Group group = MPI_GROUP_NULL;
  MPI_Group all = MPI_GROUP_NULL;
  PMPI_Comm_group(comm, &group);
  PMPI_Comm_group(MPI_COMM_WORLD, &all);
  int found = MPI_UNDEFINED;
  PMPI_Group_translate_ranks(group, 1, &rank, all, &found);
  PMPI_Group_free(&group);
  PMPI_Group_free(&all);
  return found;
}

/// VmHWM in KiB.
long most_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) {
      return std::stol(line.substr(6));
    }
  }
  return 0;
}

class Counts {
 public:
  static Counts& instance() {
    static Counts counts;
    return counts;
  }

  void sent(int destination, MPI_Comm comm) {
    const int to = world_rank_of(destination, comm);
    const std::scoped_lock lock(mutex_);
    ++sent_[to];
  }

  void called(std::map<int, long>& calls, MPI_Comm comm) {
    int size = 0;
    PMPI_Comm_size(comm, &size);
    const std::scoped_lock lock(mutex_);
    ++calls[size];
  }

  void write() const {
    const auto json = [](const std::map<int, long>& counts) {
      std::string text;
      for (const auto& [key, count] : counts) {
        text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", key, count);
      }
      return text;
    };
    std::ofstream(fmt::format("messages.{}.json", world_rank())) << fmt::format(
        "{{\"sent\": {{{}}}, \"collective\": {{{}}}, \"all_to_all\": {{{}}}, "
        "\"memory\": {}}}\n",
        json(sent_), json(collective), json(all_to_all), most_memory());
  }

  std::map<int, long> collective;
  std::map<int, long> all_to_all;  ///< every rank sends to every other one

 private:
  std::mutex mutex_;
  std::map<int, long> sent_;
};

void collective(MPI_Comm comm) { Counts::instance().called(Counts::instance().collective, comm); }

void all_to_all(MPI_Comm comm) { Counts::instance().called(Counts::instance().all_to_all, comm); }

}  // namespace

extern "C" {

int MPI_Send(const void* data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  Counts::instance().sent(to, comm);
  return PMPI_Send(data, count, type, to, tag, comm);
}

int MPI_Ssend(const void* data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  Counts::instance().sent(to, comm);
  return PMPI_Ssend(data, count, type, to, tag, comm);
}

int MPI_Rsend(const void* data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  Counts::instance().sent(to, comm);
  return PMPI_Rsend(data, count, type, to, tag, comm);
}

int MPI_Isend(const void* data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request* request) {
  Counts::instance().sent(to, comm);
  return PMPI_Isend(data, count, type, to, tag, comm, request);
}

int MPI_Sendrecv(const void* data, int count, MPI_Datatype type, int to, int tag, void* received,
                 int most, MPI_Datatype received_type, int from, int received_tag, MPI_Comm comm,
                 MPI_Status* status) {
  Counts::instance().sent(to, comm);
  return PMPI_Sendrecv(data, count, type, to, tag, received, most, received_type, from,
                       received_tag, comm, status);
}

int MPI_Barrier(MPI_Comm comm) {
  collective(comm);
  return PMPI_Barrier(comm);
}

int MPI_Bcast(void* data, int count, MPI_Datatype type, int root, MPI_Comm comm) {
  collective(comm);
  return PMPI_Bcast(data, count, type, root, comm);
}

int MPI_Reduce(const void* data, void* result, int count, MPI_Datatype type, MPI_Op operation,
               int root, MPI_Comm comm) {
  collective(comm);
  return PMPI_Reduce(data, result, count, type, operation, root, comm);
}

int MPI_Allreduce(const void* data, void* result, int count, MPI_Datatype type, MPI_Op operation,
                  MPI_Comm comm) {
  collective(comm);
  return PMPI_Allreduce(data, result, count, type, operation, comm);
}

int MPI_Gather(const void* data, int count, MPI_Datatype type, void* all, int each,
               MPI_Datatype all_type, int root, MPI_Comm comm) {
  collective(comm);
  return PMPI_Gather(data, count, type, all, each, all_type, root, comm);
}

int MPI_Allgather(const void* data, int count, MPI_Datatype type, void* all, int each,
                  MPI_Datatype all_type, MPI_Comm comm) {
  all_to_all(comm);
  return PMPI_Allgather(data, count, type, all, each, all_type, comm);
}

int MPI_Allgatherv(const void* data, int count, MPI_Datatype type, void* all, const int* counts,
                   const int* starts, MPI_Datatype all_type, MPI_Comm comm) {
  all_to_all(comm);
  return PMPI_Allgatherv(data, count, type, all, counts, starts, all_type, comm);
}

int MPI_Alltoall(const void* data, int count, MPI_Datatype type, void* all, int each,
                 MPI_Datatype all_type, MPI_Comm comm) {
  all_to_all(comm);
  return PMPI_Alltoall(data, count, type, all, each, all_type, comm);
}

int MPI_Finalize() {
  Counts::instance().write();
  return PMPI_Finalize();
}

}  // extern "C"
