// SPDX-License-Identifier: GPL-2.0
/* A socket becomes the standard input or output of a process: how most reverse shells are made. */

#define F_DUPFD 0
#define F_DUPFD_CLOEXEC 1030
#define LAST_STANDARD_FD 2
#define AF_NETLINK 16
#define AF_PACKET 17

static __always_inline bool is_standard(__s64 fd)
{
	return fd >= 0 && fd <= LAST_STANDARD_FD;
}

/* The number that killClassOf() in src/events/kernel-kill.ts gives the record. */
static __always_inline __u32 dup_class(const struct call *call, __u16 family)
{
	__u32 type = call->type == TARSIER_TYPE_DUP ? 0 : call->type == TARSIER_TYPE_DUP2 ? 1 : call->type == TARSIER_TYPE_DUP3 ? 2 : 3;
	__u32 which = family == AF_UNIX      ? 1
		      : family == AF_INET    ? 2
		      : family == AF_INET6   ? 3
		      : family == AF_NETLINK ? 4
		      : family == AF_PACKET  ? 5
					     : 0;

	return call->ret + (LAST_STANDARD_FD + 1) * (which + 6 * type);
}

static __always_inline int fd_dup(const struct call *call)
{
	struct socket_work *work;
	struct tarsier_fd_dup *record;
	struct slot *slot;

	if (!is_standard(call->ret))
		return 0;
	work = take_work();
	if (!work || !read_socket(&work->facts, call->ret))
		return 0;
	slot = begin(TARSIER_KIND_FD_DUP, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	recall_role(&work->facts);
	SET_SOCKET(record, &work->facts, call->ret);
	record->old_fd = call->args[0];
	record->unix_path = append_socket_name(slot, LIMIT(FD_DUP, UNIX_PATH), &work->facts);
	return emit_or_kill(slot, dup_class(call, work->facts.family));
}

static __always_inline int fd_dup_fcntl(const struct call *call)
{
	if (call->args[1] != F_DUPFD && call->args[1] != F_DUPFD_CLOEXEC)
		return 0;
	return fd_dup(call);
}

/* SYSCALL() with the result compared before anything else is read: it rules out nearly all of these calls. */
#define DUP_CALL(name, TYPE, body)                                                                                     \
	SEC("tracepoint/syscalls/sys_exit_" #name)                                                                         \
	int fd_dup__##name(void *context)                                                                                  \
	{                                                                                                                  \
		struct call call;                                                                                              \
		__s64 result = result_of(context);                                                                             \
		if (!is_standard(result))                                                                                      \
			return 0;                                                                                                  \
		read_call(&call, task_registers(current_task()), result, TARSIER_TYPE_##TYPE);                                 \
		return body(&call);                                                                                            \
	}

DUP_CALL(dup, DUP, fd_dup)
DUP_CALL(dup2, DUP2, fd_dup)
DUP_CALL(dup3, DUP3, fd_dup)
DUP_CALL(fcntl, FCNTL, fd_dup_fcntl)

COMPAT(fd_dup, 41, dup, DUP, fd_dup)
COMPAT(fd_dup, 63, dup2, DUP2, fd_dup)
COMPAT(fd_dup, 330, dup3, DUP3, fd_dup)
COMPAT(fd_dup, 55, fcntl, FCNTL, fd_dup_fcntl)
COMPAT(fd_dup, 221, fcntl64, FCNTL, fd_dup_fcntl)
