// SPDX-License-Identifier: GPL-2.0
/* Denied beforehand: connections. See deny.bpf.c. */

/* In the order of DENIAL_KINDS: other, Unix, IPv4, IPv6, by protocol: other, TCP, UDP. */
static __always_inline __u32 connect_class(__u16 family, __u16 protocol)
{
	__u32 which = family == AF_UNIX ? 1 : family == AF_INET ? 2 : family == AF_INET6 ? 3 : 0;

	return which * 3 + (protocol == IPPROTO_TCP ? 1 : protocol == IPPROTO_UDP ? 2 : 0);
}

static __always_inline struct slot *open_connection(struct denial *denial)
{
	if (!begin_denial(denial, TARSIER_KIND_NET_CONNECT))
		return NULL;
	deny_number(denial, DENY_EUID, FAST(current_task(), cred, euid.val));
	return denial->terms ? open_denial(denial, sizeof(struct tarsier_net_connect), TARSIER_TYPE_CONNECT) : NULL;
}

static __always_inline int end_connection(struct denial *denial, struct slot *slot, struct socket_facts *facts)
{
	struct tarsier_net_connect *record = (void *)slot->record;

	facts->role = ROLE_CLIENT;
	SET_SOCKET(record, facts, -1);
	deny_class(denial, connect_class(record->family, record->protocol));
	/* From here on the room of the facts is that of paths. */
	deny_exe(denial, slot);
	return end_denial(denial, slot);
}

SEC("lsm/socket_connect")
int deny_net_connect__internet(__u64 *context)
{
	struct socket *socket = (struct socket *)context[0];
	struct socket_facts *facts;
	struct deny_work *work;
	struct denial denial;
	struct slot *slot = open_connection(&denial);

	if (!slot)
		return 0;
	work = deny_work_of(slot);
	facts = &work->facts;
	__builtin_memset(facts, 0, __builtin_offsetof(struct socket_facts, common));
	read_sock(facts, READ(socket, sk));
	facts->ino = READ((struct socket_alloc *)((void *)socket - bpf_core_field_offset(struct socket_alloc, socket)), vfs_inode.i_ino);
	read_kernel_given(&work->given, (void *)context[1], context[2]);
	if (!is_internet(work->given.family))
		return drop(slot);
	use_given_remote(facts, &work->given);
	deny_number(&denial, DENY_NUMBER, facts->remote_port);
	deny_address(&denial, slot, facts->family, facts->remote);
	deny_unknown(&denial, DENY_PATH);
	return end_connection(&denial, slot, facts);
}

/* A Unix socket is known by the name that its other end is bound to, whatever name it was reached by. */
SEC("lsm/unix_stream_connect")
int deny_net_connect__unix(__u64 *context)
{
	struct sock *own = (struct sock *)context[0], *other = (struct sock *)context[1];
	struct tarsier_net_connect *record;
	struct socket_facts *facts;
	struct denial denial;
	struct slot *slot = open_connection(&denial);

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->unix_path = append_bound_name(slot, LIMIT(NET_CONNECT, UNIX_PATH), other);
	deny_text(&denial, slot, DENY_PATH, record->unix_path, TARSIER_NET_CONNECT_UNIX_PATH_BIT);
	deny_unknown(&denial, DENY_NUMBER);
	deny_unknown(&denial, DENY_ADDRESS);
	facts = &deny_work_of(slot)->facts;
	__builtin_memset(facts, 0, __builtin_offsetof(struct socket_facts, common));
	read_sock(facts, own);
	return end_connection(&denial, slot, facts);
}
