#pragma once

/// Before a function: one binary serves all x86-64 processors, and the loader picks the version of
/// the function for the one at hand. Clang has the attribute but gives the function another name
/// than its callers know.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__)
#define RMTHEAT_TARGET_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define RMTHEAT_TARGET_CLONES
#endif
