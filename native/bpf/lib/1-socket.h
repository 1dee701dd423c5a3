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

#define COMMON_SPACE 160
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
	/* The head of the struct sock as it lay in the kernel, of which struct sock_common is at most this. */
	__u8 common[COMMON_SPACE] __attribute__((aligned(8)));
};

#define ROLE_CLIENT 1
#define ROLE_SERVER 2

/* One message, wherever its parts lie in user memory. */
struct message {
	const void *name;
	const void *data;
	/* Bytes sent or received. */
	__u64 size;
	__u32 name_size;
	__u32 flags;
	/* Pieces behind `data`; 0 when `data` is the one piece itself. */
	__u32 pieces;
	/* The pieces are those of a 32-bit program. */
	__u32 compat;
};

/*
 * Room for what a program finds out before it knows whether there is a record to build. In a map, because values on the stack
 * multiply the states that the verifier must walk (five times the load time), and a stack holds 512 bytes. For hooks of a task only, which nothing of their
 * kind interrupts; one in softirq needs room of its own.
 */
struct socket_work {
	struct socket_facts facts;
	struct given_address given;
	struct fold_key key;
	struct message message;
	union {
		struct user_msghdr wide;
		struct compat_msghdr narrow;
	} header;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct socket_work);
} socket_works SEC(".maps");

/* Never NULL in truth. The facts and the message are zeroed, the address given is none. */
static __always_inline struct socket_work *take_work(void)
{
	__u32 index = 0;
	struct socket_work *work = bpf_map_lookup_elem(&socket_works, &index);

	if (!work)
		return NULL;
	__builtin_memset(&work->facts, 0, __builtin_offsetof(struct socket_facts, common));
	__builtin_memset(&work->message, 0, sizeof(work->message));
	work->given.family = 0;
	return work;
}

/* 64 bits wide, and hidden from the compiler, so that the verifier sees the bound on the very register that is used. */
static __always_inline __u64 address_size(__u64 size)
{
	barrier_var(size);
	return size > ADDRESS_DATA + 2 ? ADDRESS_DATA + 2 : size;
}

/* An address in user memory. */
static __always_inline void read_given(struct given_address *given, const void *source, __u32 size)
{
	__builtin_memset(given, 0, sizeof(*given));
	if (!source || size < sizeof(given->family))
		return;
	if (bpf_probe_read_user(given, address_size(size), source))
		given->family = 0;
	given->size = address_size(size) - sizeof(given->family);
}

/* One that the kernel has copied already. */
static __always_inline void read_kernel_given(struct given_address *given, const void *source, __u32 size)
{
	__builtin_memset(given, 0, sizeof(*given));
	if (size < sizeof(given->family))
		return;
	bpf_probe_read_kernel(given, address_size(size), source);
	given->size = address_size(size) - sizeof(given->family);
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

/*
 * The head of every struct sock, read at once. COMMON is a field of it, wherever this kernel has it: the offset is a constant
 * that the loader puts in.
 */
#define COMMON(common, field) (*(typeof(((struct sock_common *)0)->field) *)((common) + bpf_core_field_offset(struct sock_common, field)))

/* Both ends of an internet socket. */
static __always_inline void read_ends(struct socket_facts *facts, const __u8 *common)
{
	facts->remote_port = bpf_ntohs(COMMON(common, skc_dport));
	/* A raw socket has its protocol there. */
	if (facts->type != SOCK_RAW)
		facts->local_port = COMMON(common, skc_num);
	if (facts->family == AF_INET) {
		facts->local[0] = COMMON(common, skc_rcv_saddr);
		facts->remote[0] = COMMON(common, skc_daddr);
		return;
	}
	/* Absent from a kernel built without IPv6. */
	if (!bpf_core_field_exists(((struct sock_common *)0)->skc_v6_daddr))
		return;
	__builtin_memcpy(facts->local, &COMMON(common, skc_v6_rcv_saddr), sizeof(facts->local));
	__builtin_memcpy(facts->remote, &COMMON(common, skc_v6_daddr), sizeof(facts->remote));
	unmap_facts(facts);
}

/* The two stand side by side since 5.6: one read for both, as each costs some 25 ns. */
static __always_inline void read_type(struct socket_facts *facts, struct sock *sock)
{
	__u16 both[2] = {};

	if (bpf_core_field_offset(struct sock, sk_protocol) == bpf_core_field_offset(struct sock, sk_type) + sizeof(both[0])) {
		bpf_probe_read_kernel(both, sizeof(both), (void *)sock + bpf_core_field_offset(struct sock, sk_type));
		facts->type = both[0];
		facts->protocol = both[1];
		return;
	}
	facts->type = READ(sock, sk_type);
	facts->protocol = READ(sock, sk_protocol);
}

static __always_inline void read_sock(struct socket_facts *facts, struct sock *sock)
{
	__u8 *common = facts->common;

	bpf_probe_read_kernel(common, sizeof(facts->common), sock);
	facts->sock = sock;
	facts->family = COMMON(common, skc_family);
	facts->state = COMMON(common, skc_state);
	read_type(facts, sock);
	if (is_internet(facts->family))
		read_ends(facts, common);
}

/*
 * Fills zeroed facts from an open file. False when it is no socket: a socket's inode lies beside it, in one object
 * (struct socket_alloc).
 */
static __always_inline bool read_socket_file(struct socket_facts *facts, struct file *file)
{
	/* Its room is free until the sock is read. */
	__u8 *begin = facts->common;
	struct socket *socket;
	struct inode *inode;

	bpf_probe_read_kernel(begin, OBJECT_BEGIN, file);
	inode = PICK(begin, struct file, file, f_inode);
	socket = PICK(begin, struct file, file, private_data);
	if (!socket || (void *)inode != (void *)socket + bpf_core_field_offset(struct socket_alloc, vfs_inode))
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

/* Who began the connection: told by connect and accept, asked by the others. */
static __always_inline void remember_role(struct socket_facts *facts, __u64 role)
{
	__u32 index = facts->ino & (ROLE_CELLS - 1);
	__u64 *cell = bpf_map_lookup_elem(&socket_roles, &index);

	facts->role = role;
	if (cell)
		*cell = facts->ino << 2 | role;
}

static __always_inline void recall_role(struct socket_facts *facts)
{
	__u32 index = facts->ino & (ROLE_CELLS - 1);
	__u64 *cell = bpf_map_lookup_elem(&socket_roles, &index);

	if (cell && *cell >> 2 == facts->ino)
		facts->role = *cell & 3;
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
