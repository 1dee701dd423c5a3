/* SPDX-License-Identifier: Apache-2.0 */
/* The end of links between programs and hooks. */
#ifndef TARSIER_LINKS_H
#define TARSIER_LINKS_H

#include <stddef.h>

struct bpf_link;

/* Destroys them, NULL among them or not, without waiting for the kernel to let go of the hooks. */
void links_destroy(struct bpf_link *const *links, size_t count);

#endif
