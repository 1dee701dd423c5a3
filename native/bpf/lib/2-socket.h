/* SPDX-License-Identifier: GPL-2.0 */
/* Layer 2, continued: names of Unix sockets. An abstract one begins with a NUL in the kernel, with @ in the record. */
#ifndef TARSIER_WRITE_SOCKET_H
#define TARSIER_WRITE_SOCKET_H

/* `size` bytes of name at kernel address `name`; a path in it is ended by NUL. Empty for an unnamed socket. */
static __always_inline __u32 append_unix_name(struct slot *slot, __u32 bit, __u32 max, const void *name, __s32 size)
{
	__u8 first = 0;
	__u32 value;

	if (size <= 0)
		return 0;
	bpf_probe_read_kernel(&first, 1, name);
	if (first)
		return append_text(slot, bit, max, name);
	/* The mask is for the verifier: 108 is the most. */
	value = append_bytes(slot, bit, max, name, size & 127);
	if (value >> 16)
		slot->record[value & (RECORD_SPACE - 1)] = '@';
	return value;
}

/* The name that a Unix socket is bound to, which for an accepted one is that of the listener. */
static __always_inline __u32 append_bound_name(struct slot *slot, __u32 bit, __u32 max, struct sock *sock)
{
	struct unix_address *address = READ((struct unix_sock *)sock, addr);

	if (!address)
		return 0;
	return append_unix_name(slot, bit, max, (void *)address + bpf_core_field_offset(struct unix_address, name) + sizeof(__u16),
				READ(address, len) - (__s32)sizeof(__u16));
}

/* The name of the socket at the other end. */
static __always_inline __u32 append_peer_name(struct slot *slot, __u32 bit, __u32 max, struct sock *sock)
{
	struct sock *peer = READ((struct unix_sock *)sock, peer);

	return peer ? append_bound_name(slot, bit, max, peer) : 0;
}

static __always_inline __u32 append_given_name(struct slot *slot, __u32 bit, __u32 max, const struct given_address *given)
{
	return given->family == AF_UNIX ? append_unix_name(slot, bit, max, given->data, given->size) : 0;
}

/* What a connection is known by, whichever end this is: the own name, else the peer's. Empty for another family. */
static __always_inline __u32 append_socket_name(struct slot *slot, __u32 bit, __u32 max, const struct socket_facts *facts)
{
	__u32 value;

	if (facts->family != AF_UNIX || !facts->sock)
		return 0;
	value = append_bound_name(slot, bit, max, facts->sock);
	return value ? value : append_peer_name(slot, bit, max, facts->sock);
}

#endif
