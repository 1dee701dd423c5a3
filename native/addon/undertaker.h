/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To detach a tracepoint the kernel waits until nobody can be in it any more: 40 to 80 ms each, seconds for all of them, and
 * an exiting process waits for them in the kernel before its parent learns of the exit. So at a stop the last references are
 * left to a forked process that does nothing but die.
 */
#ifndef TARSIER_UNDERTAKER_H
#define TARSIER_UNDERTAKER_H

#include <stddef.h>

/*
 * Forks a process that holds `fds` until the returned descriptor is closed, and no other. The caller then closes
 * its own copies, which is quick now, and that descriptor last. -1 when it cannot fork: closing is slow then, and right.
 */
int undertaker_call(const int *fds, size_t count);

#endif
