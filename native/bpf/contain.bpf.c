// SPDX-License-Identifier: GPL-2.0
/*
 * Containment of the network, an object of its own (build/contain.bpf.o), loaded once for each rule: a cgroup and all below it may reach the
 * destinations of a list alone, or all but these. Refused is what names an address (connect, sendmsg: the caller hears EPERM), and dropped what
 * travels, both ways, so that what was connected before is cut, too.
 */
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "lib/1-destination.h"

#define AF_UNIX 1
#define AF_NETLINK 16
#define AF_ALG 38
#define MPTCP_PROTOCOL 262
#define MAX_DESTINATIONS 16384
#define MAX_SOCKETS 65536
enum verdict { REFUSE = 0, ALLOW = 1 };

/* The list tells who may be reached, or who may not. */
const volatile __u8 allow_only = 1;
/* Only packets of sockets that stand in `sockets` are looked at: those that were made before their process came into the cgroup. */
const volatile __u8 by_socket = 0;

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, MAX_DESTINATIONS);
	__type(key, struct destination);
	__type(value, __u8);
} destinations SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, MAX_SOCKETS);
	__type(key, __u64);
	__type(value, __u8);
} sockets SEC(".maps");

/* In the order of `enum contain_counter` of the addon. */
enum counter { REFUSED_CONNECTS, REFUSED_SENDS, DROPPED_OUT, DROPPED_IN, COUNTERS };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

static __always_inline int refuse(__u32 which)
{
	__u64 *count = bpf_map_lookup_elem(&counters, &which);

	if (count)
		__sync_fetch_and_add(count, 1);
	return REFUSE;
}

static __always_inline bool is_listed(struct destination *wanted)
{
	if (bpf_map_lookup_elem(&destinations, wanted))
		return true;
	if (!wanted->port)
		return false;
	wanted->port = 0;
	return bpf_map_lookup_elem(&destinations, wanted) != NULL;
}

static __always_inline bool may_pass(struct destination *wanted)
{
	return is_listed(wanted) == (allow_only != 0);
}

/* ---- what names an address: the caller hears at once that it may not ---- */

static __always_inline int judge_ipv4(struct bpf_sock_addr *context, __u32 counter)
{
	struct destination wanted = {};

	set_ipv4(&wanted, context->user_ip4, context->user_port);
	return may_pass(&wanted) ? ALLOW : refuse(counter);
}

static __always_inline int judge_ipv6(struct bpf_sock_addr *context, __u32 counter)
{
	struct destination wanted = {};
	__u32 address[4] = { context->user_ip6[0], context->user_ip6[1], context->user_ip6[2], context->user_ip6[3] };

	set_ipv6(&wanted, address, context->user_port);
	return may_pass(&wanted) ? ALLOW : refuse(counter);
}

#define NAMED(hook, judge, counter)                                                                                    \
	SEC("cgroup/" #hook)                                                                                               \
	int contain__##hook(struct bpf_sock_addr *context)                                                                 \
	{                                                                                                                  \
		return judge(context, counter);                                                                                \
	}

NAMED(connect4, judge_ipv4, REFUSED_CONNECTS)
NAMED(connect6, judge_ipv6, REFUSED_CONNECTS)
/* UDP without connect. */
NAMED(sendmsg4, judge_ipv4, REFUSED_SENDS)
NAMED(sendmsg6, judge_ipv6, REFUSED_SENDS)

/* ---- what travels ---- */

/* What is neither is none of the network that these sockets can reach, and of a broken packet nothing is known: no, where a list says who may. */
static __always_inline int judge_packet(struct __sk_buff *skb, enum way way, __u32 counter)
{
	struct destination far = {};
	bool read = false;
	__u8 first;

	if (by_socket) {
		__u64 cookie = bpf_get_socket_cookie(skb);

		if (!bpf_map_lookup_elem(&sockets, &cookie))
			return ALLOW;
	}
	/* By the packet's own word: a socket of IPv6 sends IPv4, too. */
	if (!bpf_skb_load_bytes(skb, 0, &first, sizeof(first)))
		read = first >> 4 == 4 ? read_ipv4(skb, way, &far) : first >> 4 == 6 ? read_ipv6(skb, way, &far) : false;
	if (!read)
		return allow_only ? refuse(counter) : ALLOW;
	return may_pass(&far) ? ALLOW : refuse(counter);
}

SEC("cgroup_skb/egress")
int contain__egress(struct __sk_buff *skb)
{
	return judge_packet(skb, OUT, DROPPED_OUT);
}

SEC("cgroup_skb/ingress")
int contain__ingress(struct __sk_buff *skb)
{
	return judge_packet(skb, IN, DROPPED_IN);
}

/* ---- sockets to come, where a list says who may be reached ---- */

/* Packets of its subflows are of other sockets than the one that is known. */
SEC("cgroup/sock_create")
int contain__sock_create(struct bpf_sock *context)
{
	return context->protocol == MPTCP_PROTOCOL ? REFUSE : ALLOW;
}

/*
 * What no program above sees: packet sockets, AF_XDP, vsock and the like. Only where BPF is among the kernel's security modules (Linux 6.0, lsm=…,bpf): the
 * hook above is not asked about these.
 */
SEC("lsm_cgroup/socket_create")
int BPF_PROG(contain__socket_create, int family, int type, int protocol, int kern)
{
	switch (family) {
	case AF_UNIX:
	case AF_INET:
	case AF_INET6:
	case AF_NETLINK:
	case AF_ALG:
		return ALLOW;
	default:
		return kern ? ALLOW : REFUSE;
	}
}

char LICENSE[] SEC("license") = "GPL";
