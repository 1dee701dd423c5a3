// SPDX-License-Identifier: GPL-2.0
/*
 * Containment of the network, an object of its own (build/contain.bpf.o), loaded once for each rule: a cgroup and all below it may reach the
 * destinations of a list alone, or all but these. Refused is what names an address (connect, sendmsg: the caller hears EPERM), and dropped what
 * travels, both ways, so that what was connected before is cut, too.
 */
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define AF_INET 2
#define AF_INET6 10
#define MAX_DESTINATIONS 16384
#define MAX_SOCKETS 65536
/* Extension headers of IPv6 that are gone through to the ports. */
#define MAX_EXTENSIONS 6
/* A fragment that is not the first has no ports. */
#define IPV4_OFFSET 0x1fff
#define IPV6_OFFSET 0xfff8
/* RFC 8200 §4; the kernel's types do not name them. */
#define IPPROTO_HOPOPTS 0
#define IPPROTO_ROUTING 43
#define IPPROTO_FRAGMENT 44
#define IPPROTO_DSTOPTS 60
/* Bits before the address in struct destination. */
#define PREFIX_BITS 32

enum verdict { REFUSE = 0, ALLOW = 1 };

/* The list tells who may be reached, or who may not. */
const volatile __u8 allow_only = 1;
/* Only packets of sockets that stand in `sockets` are looked at: those that were made before their process came into the cgroup. */
const volatile __u8 by_socket = 0;

/* Port 0: any. IPv4 in the first four bytes; addresses of IPv4 that are mapped into IPv6 are taken as IPv4. */
struct destination {
	__u32 bits;
	__u8 family;
	__u8 zero;
	__be16 port;
	__u8 address[16];
};

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

static __always_inline void set_ipv4(struct destination *wanted, __be32 address, __be16 port)
{
	wanted->bits = PREFIX_BITS + 32;
	wanted->family = AF_INET;
	wanted->port = port;
	__builtin_memcpy(wanted->address, &address, sizeof(address));
}

static __always_inline void set_ipv6(struct destination *wanted, const __u32 *address, __be16 port)
{
	if (!address[0] && !address[1] && address[2] == bpf_htonl(0xffff)) {
		set_ipv4(wanted, address[3], port);
		return;
	}
	wanted->bits = PREFIX_BITS + 128;
	wanted->family = AF_INET6;
	wanted->port = port;
	__builtin_memcpy(wanted->address, address, sizeof(wanted->address));
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

enum way { OUT, IN };

static __always_inline bool has_ports(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE || protocol == IPPROTO_SCTP || protocol == IPPROTO_DCCP;
}

/* That of the far end; 0 where there is none to be read. All these protocols begin with source and destination. */
static __always_inline __be16 far_port(struct __sk_buff *skb, __u32 offset, __u8 protocol, enum way way)
{
	__be16 ports[2];

	if (!has_ports(protocol) || bpf_skb_load_bytes(skb, offset, ports, sizeof(ports)))
		return 0;
	return way == OUT ? ports[1] : ports[0];
}

static __always_inline bool read_ipv4(struct __sk_buff *skb, enum way way, struct destination *far)
{
	struct iphdr header;
	__be16 port = 0;

	if (bpf_skb_load_bytes(skb, 0, &header, sizeof(header)))
		return false;
	if (!(header.frag_off & bpf_htons(IPV4_OFFSET)))
		port = far_port(skb, header.ihl * 4, header.protocol, way);
	set_ipv4(far, way == OUT ? header.daddr : header.saddr, port);
	return true;
}

static __always_inline bool is_extension(__u8 protocol)
{
	return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING || protocol == IPPROTO_DSTOPTS || protocol == IPPROTO_FRAGMENT;
}

/* RFC 8200 §4: each says what follows it, and in units of 8 bytes how long it is; a fragment header is 8. */
static __always_inline __be16 ipv6_port(struct __sk_buff *skb, __u8 next, enum way way)
{
	__u32 offset = sizeof(struct ipv6hdr);

	for (int i = 0; i < MAX_EXTENSIONS && is_extension(next); i++) {
		__u8 head[4];

		if (bpf_skb_load_bytes(skb, offset, head, sizeof(head)))
			return 0;
		if (next == IPPROTO_FRAGMENT && (((__u32)head[2] << 8 | head[3]) & IPV6_OFFSET))
			return 0;
		offset += next == IPPROTO_FRAGMENT ? 8 : (head[1] + 1) * 8;
		next = head[0];
	}
	return far_port(skb, offset, next, way);
}

static __always_inline bool read_ipv6(struct __sk_buff *skb, enum way way, struct destination *far)
{
	struct ipv6hdr header;

	if (bpf_skb_load_bytes(skb, 0, &header, sizeof(header)))
		return false;
	const struct in6_addr *address = way == OUT ? &header.daddr : &header.saddr;

	set_ipv6(far, address->in6_u.u6_addr32, ipv6_port(skb, header.nexthdr, way));
	return true;
}

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

char LICENSE[] SEC("license") = "GPL";
