// SPDX-License-Identifier: GPL-2.0
/* Connections are shut down and change their state. */

#define TCP_SYN_SENT 2
#define TCP_SYN_RECV 3

static __always_inline int tell_shutdown(const struct call *call, struct socket_work *work, __s32 fd, __u32 how)
{
	struct tarsier_net_shutdown *record;
	struct slot *slot;

	if (judge_socket(work, TARSIER_KIND_NET_SHUTDOWN, call->ret, call->flags) == SOCKET_RULED_OUT)
		return 0;
	slot = begin_bulk(TARSIER_KIND_NET_SHUTDOWN, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	recall_role(&work->facts);
	SET_SOCKET(record, &work->facts, fd);
	record->how = how;
	record->unix_path = append_socket_name(slot, LIMIT(NET_SHUTDOWN, UNIX_PATH), &work->facts);
	return emit(slot);
}

static __always_inline int net_shutdown(const struct call *call)
{
	struct socket_work *work = take_work();

	if (!work)
		return 0;
	read_socket(&work->facts, call->args[0]);
	return tell_shutdown(call, work, call->args[0], call->args[1]);
}

SYSCALL(net_shutdown, shutdown, SHUTDOWN, net_shutdown)
COMPAT(net_shutdown, 373, shutdown, SHUTDOWN, net_shutdown)

/* A state names who began; later the socket is known by its inode, which a half-open one has not yet. */
static __always_inline void find_role(struct socket_facts *facts, int old, int new)
{
	if (old == TCP_SYN_SENT || new == TCP_SYN_SENT)
		facts->role = ROLE_CLIENT;
	else if (old == TCP_SYN_RECV || new == TCP_SYN_RECV)
		facts->role = ROLE_SERVER;
	else
		recall_role(facts);
}

/* The one hook that sees the end of a connection that no call asked for: refused, reset, timed out. */
SEC("tp_btf/inet_sock_set_state")
int net_tcp_state__inet(__u64 *context)
{
	struct sock *sock = (struct sock *)context[0];
	int old = context[1], new = context[2];
	struct socket_facts facts = {};
	struct tarsier_net_tcp_state *record;
	struct slot *slot;

	/* DCCP, SCTP and MPTCP tell their states here, too. */
	if (READ(sock, sk_protocol) != IPPROTO_TCP)
		return 0;
	slot = begin_about(current_task(), TARSIER_KIND_NET_TCP_STATE, sizeof(*record), true);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	header_of(slot)->type = TARSIER_TYPE_TCP_STATE;
	facts.ino = READ(sock, sk_socket, file, f_inode, i_ino);
	read_sock(&facts, sock);
	facts.state = new;
	/* The port in sock_common is gone before the state is closed. */
	facts.local_port = bpf_ntohs(READ((struct inet_sock *)sock, inet_sport));
	find_role(&facts, old, new);
	SET_SOCKET(record, &facts, -1);
	record->old_state = old;
	record->new_state = new;
	return emit(slot);
}
