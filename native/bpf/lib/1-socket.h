/* SPDX-License-Identifier: GPL-2.0 */
/* Layer 1, continued: facts out of sockets and of the addresses that programs give. */
#ifndef TARSIER_SOCKET_H
#define TARSIER_SOCKET_H

#define SOCK_STREAM 1
#define SOCK_RAW 3
#define SOCK_TYPE_MASK 0xf
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define EINTR 4
#define EAGAIN 11
#define EINPROGRESS 115
/* The kernel makes the call again by itself (include/linux/errno.h): its end is yet to come. */
#define IS_RESTARTED(ret) ((ret) <= -512 && (ret) >= -516)

/* struct sockaddr_un is the largest address that is understood. */
#define ADDRESS_DATA 108

/* An address as the program gave it. */
struct given_address {
	/* AF_*; 0 when none was given or it cannot be read. */
	__u16 family;
	/* What follows the family: port and address, or a Unix name and zeros behind it. */
	__u8 data[ADDRESS_DATA + 2];
	/* Bytes of `data` that were given. */
	__s32 size;
};

/* What the records' socketFields hold. Addresses lie as in the record; the port is in host order. */
struct socket_facts {
	__u64 ino;
	struct sock *sock;
	__u64 local[2];
	__u64 remote[2];
	__u16 family;
	__u16 type;
	__u16 protocol;
	__u16 role;
	__u16 local_port;
	__u16 remote_port;
	__u16 state;
};

#define ROLE_CLIENT 1
#define ROLE_SERVER 2

/* An address in user memory. */
static __always_inline void read_given(struct given_address *given, const void *source, __u32 size)
{
	__builtin_memset(given, 0, sizeof(*given));
	if (!source || size < sizeof(given->family))
		return;
	if (size > ADDRESS_DATA + 2)
		size = ADDRESS_DATA + 2;
	if (bpf_probe_read_user(given, size, source))
		given->family = 0;
	given->size = size - sizeof(given->family);
}

/* One that the kernel has copied already. */
static __always_inline void read_kernel_given(struct given_address *given, const void *source, __u32 size)
{
	__builtin_memset(given, 0, sizeof(*given));
	if (size < sizeof(given->family))
		return;
	if (size > ADDRESS_DATA + 2)
		size = ADDRESS_DATA + 2;
	bpf_probe_read_kernel(given, size, source);
	given->size = size - sizeof(given->family);
}

static __always_inline bool is_internet(__u16 family)
{
	return family == AF_INET || family == AF_INET6;
}

/* ::ffff:a.b.c.d */
static __always_inline bool is_mapped(const __u64 *address)
{
	return address[0] == 0 && (__u32)address[1] == 0xffff0000;
}

static __always_inline bool is_unset(const __u64 *address)
{
	return address[0] == 0 && address[1] == 0;
}

static __always_inline void unmap(__u64 *address)
{
	address[0] = is_mapped(address) ? address[1] >> 32 : 0;
	address[1] = 0;
}

/* IPv4 through an IPv6 socket is told as what it is on the wire, so that rules on addresses need not know of it. */
static __always_inline void unmap_facts(struct socket_facts *facts)
{
	if (facts->family != AF_INET6)
		return;
	if (!is_mapped(facts->remote) && !(is_unset(facts->remote) && is_mapped(facts->local)))
		return;
	unmap(facts->remote);
	unmap(facts->local);
	facts->family = AF_INET;
}

/* Port and address out of an internet address; returns false for another family. */
static __always_inline bool given_end(const struct given_address *given, __u64 *address, __u16 *port)
{
	if (!is_internet(given->family))
		return false;
	*port = bpf_ntohs(*(__u16 *)given->data);
	address[0] = 0;
	address[1] = 0;
	if (given->family == AF_INET)
		__builtin_memcpy(address, given->data + 2, 4);
	else
		__builtin_memcpy(address, given->data + 6, 16);
	return true;
}

/* The other end is the one that was given: of a failed connect, of a datagram. */
static __always_inline void use_given_remote(struct socket_facts *facts, const struct given_address *given)
{
	if (!given->family)
		return;
	if (!facts->sock)
		facts->family = given->family;
	if (!given_end(given, facts->remote, &facts->remote_port))
		return;
	if (facts->family == AF_INET && given->family == AF_INET6)
		unmap(facts->remote);
	else if (facts->family == AF_INET6 && given->family == AF_INET)
		facts->family = AF_INET;
	unmap_facts(facts);
}

static __always_inline void use_given_local(struct socket_facts *facts, const struct given_address *given)
{
	if (!facts->sock)
		facts->family = given->family;
	given_end(given, facts->local, &facts->local_port);
	unmap_facts(facts);
}

/* Both ends of an internet socket. */
static __always_inline void read_ends(struct socket_facts *facts, struct sock *sock)
{
	facts->remote_port = bpf_ntohs(READ(sock, __sk_common.skc_dport));
	/* A raw socket has its protocol there. */
	if (facts->type != SOCK_RAW)
		facts->local_port = READ(sock, __sk_common.skc_num);
	if (facts->family == AF_INET) {
		facts->local[0] = READ(sock, __sk_common.skc_rcv_saddr);
		facts->remote[0] = READ(sock, __sk_common.skc_daddr);
		return;
	}
	/* Absent from a kernel built without IPv6. */
	if (!bpf_core_field_exists(sock->__sk_common.skc_v6_daddr))
		return;
	BPF_CORE_READ_INTO(&facts->local, sock, __sk_common.skc_v6_rcv_saddr);
	BPF_CORE_READ_INTO(&facts->remote, sock, __sk_common.skc_v6_daddr);
	unmap_facts(facts);
}

static __always_inline void read_sock(struct socket_facts *facts, struct sock *sock)
{
	facts->sock = sock;
	facts->family = READ(sock, __sk_common.skc_family);
	facts->state = READ(sock, __sk_common.skc_state);
	facts->type = READ(sock, sk_type);
	facts->protocol = READ(sock, sk_protocol);
	if (is_internet(facts->family))
		read_ends(facts, sock);
}

/* Fills zeroed facts from an open file. False when it is no socket. */
static __always_inline bool read_socket_file(struct socket_facts *facts, struct file *file)
{
	struct inode *inode = READ(file, f_inode);
	struct socket *socket;

	if (!file || (READ(inode, i_mode) & S_IFMT) != S_IFSOCK)
		return false;
	/* NULL for the name of a Unix socket, opened with O_PATH. */
	socket = READ(file, private_data);
	if (!socket)
		return false;
	facts->ino = READ(inode, i_ino);
	read_sock(facts, READ(socket, sk));
	return true;
}

/* The same for a descriptor of the current process. */
static __always_inline bool read_socket(struct socket_facts *facts, __s32 fd)
{
	return read_socket_file(facts, file_of_fd(fd));
}

/* Who began the connection, as long as its socket lives; told by connect and accept. */
static __always_inline void remember_role(struct socket_facts *facts, __u32 role)
{
	facts->role = role;
	bpf_map_update_elem(&socket_roles, &facts->ino, &role, BPF_ANY);
}

static __always_inline void recall_role(struct socket_facts *facts)
{
	__u32 *role = bpf_map_lookup_elem(&socket_roles, &facts->ino);

	if (role)
		facts->role = *role;
}

/* Sets the socketFields of a record, but for the name. */
#define SET_SOCKET(record, facts, number)                                                                              \
	do {                                                                                                               \
		(record)->socket_ino = (facts)->ino;                                                                           \
		(record)->fd = (number);                                                                                       \
		(record)->family = (facts)->family;                                                                            \
		(record)->socket_type = (facts)->type;                                                                         \
		(record)->protocol = (facts)->protocol;                                                                        \
		(record)->role = (facts)->role;                                                                                \
		(record)->local_port = (facts)->local_port;                                                                    \
		(record)->remote_port = (facts)->remote_port;                                                                  \
		(record)->state = (facts)->state;                                                                              \
		__builtin_memcpy((record)->local_address, (facts)->local, 16);                                                 \
		__builtin_memcpy((record)->remote_address, (facts)->remote, 16);                                               \
	} while (0)

#endif
