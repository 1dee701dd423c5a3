/* SPDX-License-Identifier: Apache-2.0 */
/* Reads files on a thread of its own, at the rank of ordinary tasks: a slow disk or a large file holds up no other answer. */
#ifndef TARSIER_PREVENT_DIGEST_H
#define TARSIER_PREVENT_DIGEST_H

#include "sha256.h"

#include <stdbool.h>
#include <stdint.h>

struct digest_job {
	uint32_t number; /* of the asker's choice: comes back with the result */
	int fd;		 /* stays open until then */
	uint64_t bytes;
};

struct digest_result {
	uint32_t number;
	bool is_read; /* the file had just so many bytes, and all could be read */
	uint8_t sha256[SHA256_BYTES];
};

/* Starts the thread. Returns a descriptor that can be read when there are results, or -errno. */
int digest_begin(void);

/* Returns false where too many wait. */
bool digest_ask(struct digest_job job);

/* Returns false when there is none at the moment. */
bool digest_next(struct digest_result *result);

#endif
