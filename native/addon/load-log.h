/* SPDX-License-Identifier: Apache-2.0 */
/* Listens to libbpf's messages while a thing is loaded, to learn which program failed and why: its API does not tell. */
#ifndef TARSIER_LOAD_LOG_H
#define TARSIER_LOAD_LOG_H

#include <stddef.h>

#define LOAD_LOG_MAX 8192

struct load_log {
	char program[128];	/* program of the last message that named one; empty when none did */
	char message[256];	/* the first warning that says what went wrong */
	char verifier[LOAD_LOG_MAX];	/* last part of the verifier's log */
};

/* Starts listening on this thread. One listener at a time per thread; `log` must live until load_log_end. */
void load_log_begin(struct load_log *log);
void load_log_end(void);

#endif
