/* SPDX-License-Identifier: Apache-2.0 */
/* The blocked files, at most PREVENT_BLOCKED_MAX. */
#ifndef TARSIER_PREVENT_BLOCKED_LIST_H
#define TARSIER_PREVENT_BLOCKED_LIST_H

#include "../prevent-protocol.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct blocked_file {
	uint32_t id; /* from 1 */
	bool by_inode;
	dev_t device;
	ino_t inode;
	uint64_t bytes; /* 0: not by content */
	uint8_t sha256[PREVENT_SHA256_BYTES];
};

/* In the place of one with that id, if there is one. Returns false where there is no room. */
bool list_put(const struct blocked_file *file);

/* Returns false where no file has the id. */
bool list_remove(uint32_t id);

bool list_is_empty(void);
bool list_has_content(void);

/* Whether some content has so many bytes. */
bool list_has_size(uint64_t bytes);

/* NULL: there is none. */
const struct blocked_file *list_find(uint32_t id);
const struct blocked_file *list_find_inode(const struct stat *stat);
const struct blocked_file *list_find_content(uint64_t bytes, const uint8_t *sha256);

#endif
