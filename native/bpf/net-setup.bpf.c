// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets are made, given an address, told to listen. A tell_… takes the call as it came, whether from the system call, from the
 * 32-bit table or from io_uring; only the first two have a result.
 */

/* At the exit the new socket stands behind the descriptor; what was asked for is told also of a refused call. Only that is judged. */
static __always_inline int net_socket(const struct call *call)
{
	bool has_result = call->flags & TARSIER_FLAG_HAS_RESULT, made = has_result && call->ret >= 0;
	__u16 family = call->args[0], type = call->args[1] & SOCK_TYPE_MASK;
	struct socket_work *work;
	struct tarsier_net_socket *record;
	struct slot *slot;
	__u64 folded = 0;
	int judged = judge_class(TARSIER_KIND_NET_SOCKET, has_result ? new_socket_class(family, type, call->ret) : UNKNOWN_CLASS);

	if (judged == SOCKET_RULED_OUT)
		return 0;
	work = take_work();
	if (!work)
		return 0;
	begin_fold(&work->key, TARSIER_KIND_NET_SOCKET, call->type);
	work->key.a = (__u32)call->args[0] | call->args[1] << 32;
	work->key.b = (__u32)call->args[2] | (made ? 0 : call->ret << 32);
	work->key.flags = call->flags;
	if (judged != SOCKET_COUNTS && fold(&work->key, &folded))
		return 0;
	slot = begin_bulk(TARSIER_KIND_NET_SOCKET, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	if (made)
		read_socket(&work->facts, call->ret);
	work->facts.family = family;
	work->facts.type = type;
	work->facts.protocol = call->args[2];
	SET_SOCKET(record, &work->facts, made ? call->ret : -1);
	carry_repeats(slot, folded);
	return emit(slot);
}

/* The local end is the socket's after success (the kernel may have chosen the port), else the one asked for. */
static __always_inline int tell_bind(const struct call *call, struct socket_work *work, __s32 fd)
{
	bool bound = call->flags & TARSIER_FLAG_HAS_RESULT && call->ret == 0;
	struct tarsier_net_bind *record;
	struct slot *slot;

	if (!bound)
		use_given_local(&work->facts, &work->given);
	if (judge_socket(work, TARSIER_KIND_NET_BIND, call->ret, call->flags) == SOCKET_RULED_OUT)
		return 0;
	slot = begin_bulk(TARSIER_KIND_NET_BIND, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	SET_SOCKET(record, &work->facts, fd);
	record->unix_path = append_socket_name(slot, LIMIT(NET_BIND, UNIX_PATH), &work->facts);
	if (!record->unix_path)
		record->unix_path = append_given_name(slot, LIMIT(NET_BIND, UNIX_PATH), &work->given);
	return emit(slot);
}

static __always_inline int net_bind(const struct call *call)
{
	struct socket_work *work = take_work();

	if (!work)
		return 0;
	read_given(&work->given, (void *)call->args[1], call->args[2]);
	read_socket(&work->facts, call->args[0]);
	return tell_bind(call, work, call->args[0]);
}

static __always_inline int tell_listen(const struct call *call, struct socket_work *work, __s32 fd, __s32 backlog)
{
	struct tarsier_net_listen *record;
	struct slot *slot;

	if (judge_socket(work, TARSIER_KIND_NET_LISTEN, call->ret, call->flags) == SOCKET_RULED_OUT)
		return 0;
	slot = begin_bulk(TARSIER_KIND_NET_LISTEN, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	work->facts.role = ROLE_SERVER;
	SET_SOCKET(record, &work->facts, fd);
	record->backlog = backlog;
	record->unix_path = append_socket_name(slot, LIMIT(NET_LISTEN, UNIX_PATH), &work->facts);
	return emit(slot);
}

static __always_inline int net_listen(const struct call *call)
{
	struct socket_work *work = take_work();

	if (!work)
		return 0;
	read_socket(&work->facts, call->args[0]);
	return tell_listen(call, work, call->args[0], call->args[1]);
}

SYSCALL(net_socket, socket, SOCKET, net_socket)
SYSCALL(net_bind, bind, BIND, net_bind)
SYSCALL(net_listen, listen, LISTEN, net_listen)

COMPAT(net_socket, 359, socket, SOCKET, net_socket)
COMPAT(net_bind, 361, bind, BIND, net_bind)
COMPAT(net_listen, 363, listen, LISTEN, net_listen)
