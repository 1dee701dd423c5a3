/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TARSIER_PREEMPTION_H
#define TARSIER_PREEMPTION_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the kernel may take the processor from a program on a function and run the same for another task: our programs share memory by
 * processor. (In tracepoints it may not.) Also true where it cannot be told. `reason` says which.
 */
bool preemption_possible(char *reason, size_t reason_size);

#endif
