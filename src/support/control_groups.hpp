#pragma once

#include <filesystem>

namespace rmtheat {

/// Bytes that the control groups of this process, versions 1 and 2, still allow: the tightest limit
/// between its own group and the top one, which is that of a container where it sees only its own;
/// less what is taken. Infinite without a limit. `root` is the file system's root, where
/// proc/self/cgroup and sys/fs/cgroup are. (Linux, Documentation/admin-guide/cgroup-v1/memory.rst
/// and cgroup-v2.rst.)
double control_group_available(const std::filesystem::path& root);

}  // namespace rmtheat
