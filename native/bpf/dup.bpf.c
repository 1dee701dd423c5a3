// SPDX-License-Identifier: GPL-2.0
/* A socket becomes the standard input or output of a process: how most reverse shells are made. */

#define F_DUPFD 0
#define F_DUPFD_CLOEXEC 1030
#define LAST_STANDARD_FD 2

/* The result is compared first: it rules out all but a few of the calls. */
static __always_inline int fd_dup(const struct call *call)
{
	struct socket_work *work;
	struct tarsier_fd_dup *record;
	struct slot *slot;

	if (call->ret < 0 || call->ret > LAST_STANDARD_FD)
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
	return emit(slot);
}

static __always_inline int fd_dup_fcntl(const struct call *call)
{
	if (call->args[1] != F_DUPFD && call->args[1] != F_DUPFD_CLOEXEC)
		return 0;
	return fd_dup(call);
}

SYSCALL(fd_dup, dup, DUP, fd_dup)
SYSCALL(fd_dup, dup2, DUP2, fd_dup)
SYSCALL(fd_dup, dup3, DUP3, fd_dup)
SYSCALL(fd_dup, fcntl, FCNTL, fd_dup_fcntl)

COMPAT(fd_dup, 41, dup, DUP, fd_dup)
COMPAT(fd_dup, 63, dup2, DUP2, fd_dup)
COMPAT(fd_dup, 330, dup3, DUP3, fd_dup)
COMPAT(fd_dup, 55, fcntl, FCNTL, fd_dup_fcntl)
COMPAT(fd_dup, 221, fcntl64, FCNTL, fd_dup_fcntl)
