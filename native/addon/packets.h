/* SPDX-License-Identifier: Apache-2.0 */
/* Packets of a process's network namespace for a while, as a pcap file. */
#ifndef TARSIER_PACKETS_H
#define TARSIER_PACKETS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct packets_bounds {
	int ms;
	size_t bytes;		/* of the file */
	uint32_t snaplen;	/* of one packet */
};

struct packets {
	uint8_t *pcap;		/* to be freed by the caller */
	size_t length;
	uint64_t count;
	uint64_t dropped;	/* by the kernel, and those beyond the bytes */
};

/* Waits; for a thread that may. Returns 0 or -errno: -ENOENT when the process is gone, -EPERM without CAP_SYS_ADMIN and CAP_NET_RAW. */
int packets_take(pid_t pid, const struct packets_bounds *bounds, struct packets *packets);

/* Ends every window that is being taken, soon; what was taken stands. From any thread. */
void packets_end_all(void);

#endif
