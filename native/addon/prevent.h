/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent's end of the helper that answers the kernel (prevent/): starts it, hands it tables and answers, hears what it says, and kills it when
 * it stands still, so that nobody waits for it. The agent holds no descriptor of the group itself: with the helper all waiting ends.
 */
#ifndef TARSIER_PREVENT_H
#define TARSIER_PREVENT_H

#include <stddef.h>
#include <stdint.h>

struct prevent;

/* Called on a thread of its own. The message is malloc'ed and becomes the listener's; NULL: the helper has ended, and nothing more comes. */
typedef void prevent_heard(void *context, uint8_t *message, size_t bytes);

/* Starts the helper. Returns 0 or -errno. */
int prevent_start(struct prevent **made, const char *helper, prevent_heard *heard, void *context);

/* Puts a table in force; the helper says whether it took it. Returns 0 or -errno. */
int prevent_use(struct prevent *prevent, const void *table, size_t bytes);

/* Never waits. Returns 0 or -errno. */
int prevent_answer(struct prevent *prevent, uint32_t id, uint32_t deny, uint32_t keep);

/* About a blocked file: a struct prevent_order, whose message is filled in, and a descriptor (-1: none) that stays the caller's. Returns 0 or -errno. */
int prevent_order(struct prevent *prevent, const void *order, size_t bytes, int fd);

/* PREVENT_COUNTERS of them. */
void prevent_counters(const struct prevent *prevent, uint64_t *counters);

int prevent_pid(const struct prevent *prevent);

/* Ends the helper and its threads. Nothing is heard afterwards. */
void prevent_stop(struct prevent *prevent);

#endif
