// SPDX-License-Identifier: GPL-2.0
/*
 * Connections are begun and accepted. Equal ones of one process within the window are folded: the same other end, whatever the
 * port on this side.
 */

/* Fills the words that make two connections equal. False where nothing names the other end of a Unix socket. */
static __always_inline bool key_of_connection(struct fold_key *key, const struct socket_facts *facts, __u64 unix_address)
{
	if (facts->family == AF_UNIX && !unix_address)
		return false;
	key->a = facts->remote[0];
	key->b = facts->remote[1];
	key->c = unix_address;
	key->flags = facts->family | facts->type << 16;
	key->extra = facts->protocol;
	return true;
}

/* The address object of a Unix socket names a listener and all that it accepted. */
static __always_inline __u64 unix_address_of(struct sock *sock)
{
	return sock ? (__u64)READ((struct unix_sock *)sock, addr) : 0;
}

static __always_inline __u64 unix_address_of_peer(struct sock *sock)
{
	return unix_address_of(READ((struct unix_sock *)sock, peer));
}

/* `unix_peer`: address object of a connected Unix socket's peer, 0 when the name is the one given. */
static __always_inline int tell_connect(const struct call *call, struct socket_work *work, __s32 fd, __u64 unix_peer)
{
	struct tarsier_net_connect *record;
	struct slot *slot;
	__u64 folded = 0;
	int judged = judge_socket(work, TARSIER_KIND_NET_CONNECT, call->ret, call->flags);

	if (judged == SOCKET_RULED_OUT)
		return 0;
	work->facts.role = ROLE_CLIENT;
	begin_fold(&work->key, TARSIER_KIND_NET_CONNECT, call->type | call->flags << 8);
	work->key.d = (__u32)call->ret | (__u64)work->facts.remote_port << 32;
	if (key_of_connection(&work->key, &work->facts, unix_peer) && judged != SOCKET_COUNTS && fold(&work->key, &folded))
		return 0;
	slot = begin_bulk(TARSIER_KIND_NET_CONNECT, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	carry_repeats(slot, folded);
	SET_SOCKET(record, &work->facts, fd);
	if (unix_peer)
		record->unix_path = append_peer_name(slot, LIMIT(NET_CONNECT, UNIX_PATH), work->facts.sock);
	else
		record->unix_path = append_given_name(slot, LIMIT(NET_CONNECT, UNIX_PATH), &work->given);
	return emit(slot);
}

/*
 * The peer is the socket's own after a call that succeeded or goes on (EINPROGRESS): what the program wrote into its memory
 * meanwhile does not count. Only of a refused call it is the address given, since the kernel clears the socket's then.
 */
static __always_inline int net_connect(const struct call *call)
{
	bool begun = call->ret == 0 || call->ret == -EINPROGRESS;
	struct socket_work *work = take_work();
	struct socket_facts *facts = &work->facts;
	__u64 peer = 0;

	if (!work || IS_RESTARTED(call->ret))
		return 0;
	read_socket(facts, call->args[0]);
	if (begun && facts->family == AF_UNIX)
		peer = unix_address_of_peer(facts->sock);
	if (!begun || (is_internet(facts->family) ? !facts->remote_port : !peer)) {
		read_given(&work->given, (void *)call->args[1], call->args[2]);
		use_given_remote(facts, &work->given);
	}
	if (begun)
		remember_role(facts, ROLE_CLIENT);
	return tell_connect(call, work, call->args[0], peer);
}

/* `fd`: the new socket, -1 when there is none (yet): then the facts are those of the listening one. */
static __always_inline int tell_accept(const struct call *call, struct socket_work *work, __s32 fd, __s32 listen_fd, __u32 flags)
{
	struct socket_facts *facts = &work->facts;
	struct tarsier_net_accept *record;
	struct slot *slot;
	__u64 folded = 0, name;
	int judged = judge_socket(work, TARSIER_KIND_NET_ACCEPT, call->ret, call->flags);

	if (judged == SOCKET_RULED_OUT)
		return 0;
	facts->role = ROLE_SERVER;
	begin_fold(&work->key, TARSIER_KIND_NET_ACCEPT, call->type | call->flags << 8);
	work->key.d = (fd < 0 ? (__u32)call->ret : 0) | (__u64)facts->local_port << 32;
	name = facts->family == AF_UNIX ? unix_address_of(facts->sock) : 0;
	if (key_of_connection(&work->key, facts, name) && judged != SOCKET_COUNTS && fold(&work->key, &folded))
		return 0;
	slot = begin_bulk(TARSIER_KIND_NET_ACCEPT, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	carry_repeats(slot, folded);
	SET_SOCKET(record, facts, fd);
	record->listen_fd = listen_fd;
	record->accept_flags = flags;
	record->unix_path = append_socket_name(slot, LIMIT(NET_ACCEPT, UNIX_PATH), facts);
	return emit(slot);
}

/* The new socket knows both ends. A call that found nobody waiting (EAGAIN) is no event: servers poll so. */
static __always_inline int net_accept(const struct call *call, __u32 flags)
{
	struct socket_work *work = take_work();

	if (!work || call->ret == -EAGAIN || call->ret == -EINTR || IS_RESTARTED(call->ret))
		return 0;
	read_socket(&work->facts, call->ret < 0 ? call->args[0] : call->ret);
	if (call->ret >= 0)
		remember_role(&work->facts, ROLE_SERVER);
	return tell_accept(call, work, call->ret < 0 ? -1 : call->ret, call->args[0], flags);
}

static __always_inline int net_accept_plain(const struct call *call)
{
	return net_accept(call, 0);
}

static __always_inline int net_accept_flags(const struct call *call)
{
	return net_accept(call, call->args[3]);
}

SYSCALL(net_connect, connect, CONNECT, net_connect)
SYSCALL(net_accept, accept, ACCEPT, net_accept_plain)
SYSCALL(net_accept, accept4, ACCEPT4, net_accept_flags)

COMPAT(net_connect, 362, connect, CONNECT, net_connect)
COMPAT(net_accept, 364, accept4, ACCEPT4, net_accept_flags)
