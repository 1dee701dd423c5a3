/* SPDX-License-Identifier: GPL-2.0 */
/* Where something goes to or comes from, as rules of containment name it, and how it is read from a packet. */
#ifndef TARSIER_BPF_DESTINATION_H
#define TARSIER_BPF_DESTINATION_H

#define AF_INET 2
#define AF_INET6 10
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

/* Port 0: any. IPv4 in the first four bytes; addresses of IPv4 that are mapped into IPv6 are taken as IPv4. */
struct destination {
	__u32 bits;
	__u8 family;
	__u8 zero;
	__be16 port;
	__u8 address[16];
};

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

#endif
