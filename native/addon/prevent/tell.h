/* SPDX-License-Identifier: Apache-2.0 */
/* What the agent hears: messages, and counters in memory that both have. */
#ifndef TARSIER_PREVENT_TELL_H
#define TARSIER_PREVENT_TELL_H

#include "facts.h"
#include "../prevent-protocol.h"

#include <stdbool.h>
#include <stddef.h>

/* Once, at the start. Returns 0 or -errno. */
int tell_begin(void);

/* That the helper runs. */
void tell_beat(void);

void count(enum prevent_counter what);

/* Returns whether it was taken; never waits. */
bool tell(const void *message, size_t bytes);

void tell_mount(const char *point, int error);

/* id: of an ask, or of a blocked file. rule: by number, -1: none. */
struct decided {
	enum prevent_message what;
	uint32_t id;
	enum prevent_outcome outcome;
	int rule;
};

/* The facts are there already; a decision that is not taken is counted. */
bool tell_candidate(struct facts *facts, struct decided decided);

/* There is nobody to tell any more. */
void tell_end(void);
bool tell_is_over(void);

#endif
