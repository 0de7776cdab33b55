#pragma once

namespace rmtheat {

/// Bytes of memory that this process and others on its machine may still take: what the kernel
/// calls available, less where a control group (a batch job, a container) allows less. Infinite
/// where neither can be read.
double available_memory();

/// Bytes that this process may map (RLIMIT_AS), infinite without a limit.
double address_space_limit();

}  // namespace rmtheat
