/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that nobody opens or runs, whatever the rules say: by inode, and by content wherever that lies. They have marks of their own, apart from
 * those of the rules: what an inode or a content comes to depends on no name and no process, so that an answer holds until the file is written to.
 */
#ifndef TARSIER_PREVENT_BLOCKED_H
#define TARSIER_PREVENT_BLOCKED_H

#include "table.h"
#include "../prevent-protocol.h"

#include <stdbool.h>
#include <stdint.h>

/* What there is to listen to, each by a descriptor. */
enum blocked_source { BLOCKED_INODES, BLOCKED_CONTENT, BLOCKED_DIGESTS, BLOCKED_SOURCES };

/* Once, before anything else. Returns 0 or -errno. */
int blocked_begin(int sources[BLOCKED_SOURCES]);

/* Does what the agent orders; the descriptor of the file (-1: none) is closed. */
struct prevent_file blocked_order(const struct prevent_order *order, int fd, const struct table *table);

/* There is something to be read. Who waits for a digest waits until `until_ns`. Returns whether somebody does. */
bool blocked_take(enum blocked_source source, const struct table *table, uint64_t until_ns);

/* Lets go of those whose time is over. Returns when that of the next one is (CLOCK_MONOTONIC), 0: nobody waits. */
uint64_t blocked_expire(uint64_t now_ns);

/* File systems have come or gone. */
void blocked_follow(const struct table *table);

#endif
