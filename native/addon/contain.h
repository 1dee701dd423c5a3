/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containment of the network of a cgroup: loads build/contain.bpf.o for one rule and attaches it. Held by descriptors alone: when the agent ends,
 * whatever the way, the kernel takes the rule down (why it fails open so: docs/decisions/0027).
 */
#ifndef TARSIER_CONTAIN_H
#define TARSIER_CONTAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct contain;

/* As the maps of the object have their keys: struct destination (24 bytes), and cookies of sockets. */
#define CONTAIN_DESTINATION_BYTES 24
#define CONTAIN_SOCKET_BYTES 8

struct contain_list {
	const uint8_t *keys;
	size_t bytes;
};

struct contain_options {
	const char *object_path;
	const char *cgroup;	/* a folder of the version 2 hierarchy */
	bool allow_only;	/* else: all but these */
	bool by_socket;		/* only packets of these sockets, and no calls */
	struct contain_list destinations;
	struct contain_list sockets;
};

/* In the order of `enum counter` of native/bpf/contain.bpf.c. */
enum contain_counter { CONTAIN_REFUSED_CONNECTS, CONTAIN_REFUSED_SENDS, CONTAIN_DROPPED_OUT, CONTAIN_DROPPED_IN, CONTAIN_COUNTERS };

/* All of its programs are attached, or none: 0 or -errno. */
int contain_open(const struct contain_options *options, struct contain **made);

/* Adds destinations, or takes them out, while it stands. 0 or -errno. */
int contain_change(struct contain *contain, bool add, const struct contain_list *destinations);

/* Whether the kernel says that every program is attached to that cgroup. */
bool contain_is_attached(const struct contain *contain);
/* Whether sockets of other families than those of IP are refused, too (packet sockets): not every kernel can. */
bool contain_holds_families(const struct contain *contain);
void contain_counters(const struct contain *contain, uint64_t *counters);
void contain_close(struct contain *contain);

/* Where something is tried from. */
struct contain_place {
	const char *cgroup;	/* NULL: the caller's */
	pid_t netns_of;		/* 0: the caller's */
	bool sends;		/* an empty datagram, which a rule of netfilter judges, not the connect */
};

/*
 * What a process there hears that connects a UDP socket: nothing is sent, but where the place says so. 0 when it may, else the positive errno of the call (EPERM by a rule of ours, or
 * ENETUNREACH…), or -errno when it could not be tried. `address`: 4 or 16 bytes.
 */
int contain_try(const struct contain_place *place, const uint8_t *address, size_t address_bytes, uint16_t port);

#endif
