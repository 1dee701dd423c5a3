// SPDX-License-Identifier: Apache-2.0
#include "links.h"

#include "undertaker.h"

#include <bpf/libbpf.h>
#include <stdlib.h>
#include <unistd.h>

/* Leaves the slow part, the tracepoints' last references, to another process; see undertaker.h. */
static int hand_over_links(struct bpf_link *const *links, size_t count)
{
	int *fds = calloc(count + 1, sizeof(*fds));
	size_t open = 0;

	if (!fds)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (links[i])
			fds[open++] = bpf_link__fd(links[i]);
	int closing = open ? undertaker_call(fds, open) : -1;

	free(fds);
	return closing;
}

void links_destroy(struct bpf_link *const *links, size_t count)
{
	int closing = hand_over_links(links, count);

	for (size_t i = 0; i < count; i++)
		bpf_link__destroy(links[i]);
	if (closing >= 0)
		close(closing);
}
