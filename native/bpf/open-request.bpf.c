// SPDX-License-Identifier: GPL-2.0
/* What a program asks for when it opens a file, whichever call it makes. */

#define O_ACCMODE 3
#define O_WRONLY 1
#define O_CREAT 0100
#define O_EXCL 0200
#define O_NOCTTY 0400
#define O_TRUNC 01000
#define O_LARGEFILE 0100000
#define O_CLOEXEC 02000000
#define O_PATH 010000000
#define __O_TMPFILE 020000000
#define O_DIRECTORY 0200000
/* What do_dentry_open() drops from f_flags; only the argument tells. */
#define O_ONCE (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC)
#define FMODE_WRITE 2

/* What was asked for, whichever call asked. */
struct open_request {
	const void *path;
	__u64 resolve;
	__u32 flags;
	__u32 mode;
	__s32 dirfd;
};

static __always_inline void read_open_how(struct open_request *asked, const void *source)
{
	struct open_how how = {};

	bpf_probe_read_user(&how, sizeof(how), source);
	asked->flags = how.flags;
	asked->mode = how.mode;
	asked->resolve = how.resolve;
}

static __always_inline void read_open_request(struct open_request *asked, const struct call *call)
{
	const __u64 *args = call->args;
	/* The calls with a directory have their other arguments one further on. */
	int at = call->type == TARSIER_TYPE_OPENAT || call->type == TARSIER_TYPE_OPENAT2;

	asked->resolve = 0;
	asked->mode = 0;
	asked->dirfd = at ? (__s32)args[0] : AT_FDCWD;
	asked->path = (const void *)args[at];
	switch (call->type) {
	case TARSIER_TYPE_OPENAT2:
		read_open_how(asked, (const void *)args[2]);
		return;
	case TARSIER_TYPE_CREAT:
		asked->flags = O_CREAT | O_WRONLY | O_TRUNC;
		asked->mode = args[1];
		return;
	case TARSIER_TYPE_OPEN_BY_HANDLE_AT:
		asked->dirfd = args[0];
		asked->path = NULL;
		asked->flags = args[2];
		return;
	}
	asked->flags = args[at + 1];
	asked->mode = asked->flags & (O_CREAT | __O_TMPFILE) ? args[at + 2] : 0;
}

static __always_inline bool made_file(__u32 f_mode, __u32 flags)
{
	return f_mode & FMODE_CREATED || flags & __O_TMPFILE;
}
