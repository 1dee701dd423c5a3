// SPDX-License-Identifier: GPL-2.0
/*
 * Files opened: the most frequent hook of all, so that nothing is built before it is known that an event goes out:
 * result, self check, descriptor, struct file, fold key; an equal event within the window ends there.
 *
 * The path and the inode are those of the struct file that the new descriptor names. A thread that puts another file on that
 * descriptor number before the call has returned can hide the first: only LSM or fentry programs would see through that.
 */

#define O_ACCMODE 3
#define O_WRONLY 1
#define O_CREAT 0100
#define O_EXCL 0200
#define O_NOCTTY 0400
#define O_TRUNC 01000
#define O_LARGEFILE 0100000
#define O_CLOEXEC 02000000
#define __O_TMPFILE 020000000
/* What do_dentry_open() drops from f_flags; only the argument tells. */
#define O_ONCE (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC)
#define FMODE_WRITE 2
/* Failed opens of longer paths are not folded. */
#define FOLDED_PATH 128

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

/*
 * Fills the words of the key that name the open file; false when it must not be folded: a file made, because each is another;
 * the memory of a process opened for writing, because it stands for the writes, which have no hook of their own (one at
 * write() would tax every write of the host).
 */
static __always_inline bool key_of_file(struct fold_key *key, const struct opened *opened, __u32 flags)
{
	struct dentry_link link = {};

	read_link(&link, opened->path.dentry);
	key->flags = flags;
	key->extra = opened->mode;
	key->a = (__u64)opened->path.dentry;
	key->b = (__u64)link.parent;
	key->c = (__u64)opened->path.mnt;
	key->d = (__u64)link.length << 32 | link.hash;
	if (made_file(opened->mode, flags))
		return false;
	return !(opened->mode & FMODE_WRITE && link.length == 3 && is_process_memory(opened->path.dentry));
}

static __always_inline __u64 hash_of_text(const __u64 *words)
{
	__u64 hash = begin_hash();

#pragma unroll
	for (int i = 0; i < FOLDED_PATH / 8; i++)
		hash = mix(hash, words[i]);
	return hash;
}

/* The same for a failed open: error, argument, and the directory that a relative one starts from. */
static __always_inline bool key_of_failure(struct fold_key *key, struct task_struct *task, const struct open_request *asked, __s64 error)
{
	__u64 words[FOLDED_PATH / 8] = {};
	struct file *directory;

	key->flags = asked->flags;
	key->extra = error;
	key->c = asked->resolve;
	key->d = (__u32)asked->dirfd;
	if (!asked->path)
		return true;
	if (bpf_probe_read_user_str(words, sizeof(words), asked->path) >= FOLDED_PATH)
		return false;
	key->a = hash_of_text(words);
	if ((words[0] & 0xff) == '/')
		return true;
	if (asked->dirfd == AT_FDCWD) {
		key->b = (__u64)READ(task, fs, pwd.dentry);
		return true;
	}
	directory = file_of(task, asked->dirfd);
	key->b = (__u64)READ(directory, f_path.dentry);
	return true;
}

/* `opened` is NULL when there is no file: the call failed, or another thread has closed it already. */
static __always_inline int send_open(const struct call *call, const struct open_request *asked, const struct opened *opened, __u32 repeat)
{
	struct task_struct *task = current_task();
	bool made = opened && made_file(opened->mode, asked->flags);
	bool writes = opened ? opened->mode & FMODE_WRITE : asked->flags & O_ACCMODE;
	struct slot *slot = begin_about(task, TARSIER_KIND_FILE_OPEN, sizeof(struct tarsier_file_open), !writes && !made);
	struct tarsier_file_open *record;
	struct inode_facts facts;

	if (!slot)
		return 0;
	set_call(slot, call);
	record = (void *)slot->record;
	record->header.repeat = repeat;
	record->open_flags = asked->flags;
	record->mode = asked->mode;
	record->resolve = asked->resolve;
	record->dirfd = asked->dirfd;
	if (asked->path)
		record->raw_path = append_user_text(slot, LIMIT(FILE_OPEN, RAW_PATH), asked->path);
	if (!opened) {
		record->path = append_named_path_inline(slot, TARSIER_FILE_OPEN_PATH_BIT, asked->dirfd, record->raw_path);
		return emit(slot);
	}
	read_inode(&facts, task, opened->inode, opened->path.dentry);
	if (made)
		facts.flags |= TARSIER_FILE_CREATED;
	SET_INODE(record, &facts);
	record->link_count = facts.links;
	record->open_flags = (opened->flags & ~O_LARGEFILE) | (asked->flags & O_ONCE);
	record->path = append_path(slot, LIMIT(FILE_OPEN, PATH), opened->path.dentry, opened->path.mnt);
	return emit(slot);
}

static __always_inline int file_open_of(struct task_struct *task, const struct call *call)
{
	struct open_request asked = {};
	struct file *file = NULL;
	struct opened opened;
	struct fold_key key;
	__u32 repeat = 0;
	bool foldable;

	if (self_tgid && FAST(task, tgid) == self_tgid) {
		COUNT(TARSIER_KIND_FILE_OPEN, seen);
		return 0;
	}
	read_open_request(&asked, call);
	begin_fold_of(&key, task, TARSIER_KIND_FILE_OPEN, call->type);
	if (call->ret >= 0)
		file = file_of(task, call->ret);
	if (file) {
		read_opened(&opened, file);
		foldable = key_of_file(&key, &opened, asked.flags);
	} else {
		foldable = key_of_failure(&key, task, &asked, call->ret);
	}
	if (foldable && fold(&key, &repeat))
		return 0;
	return send_open(call, &asked, file ? &opened : NULL, repeat);
}

static __always_inline int file_open(const struct call *call)
{
	return file_open_of(current_task(), call);
}

/* SYSCALL(), but for asking which task this is only once. */
#define OPEN(name, TYPE)                                                                                               \
	SEC("tracepoint/syscalls/sys_exit_" #name)                                                                         \
	int file_open__##name(struct trace_event_raw_sys_exit *context)                                                    \
	{                                                                                                                  \
		struct task_struct *task = current_task();                                                                     \
		struct call call;                                                                                              \
                                                                                                                       \
		read_call(&call, task_registers(task), context->ret, TARSIER_TYPE_##TYPE);                                     \
		return file_open_of(task, &call);                                                                              \
	}

OPEN(open, OPEN)
OPEN(openat, OPENAT)
OPEN(openat2, OPENAT2)
OPEN(creat, CREAT)
OPEN(open_by_handle_at, OPEN_BY_HANDLE_AT)
COMPAT(file_open, 5, open, OPEN, file_open)
COMPAT(file_open, 8, creat, CREAT, file_open)
COMPAT(file_open, 295, openat, OPENAT, file_open)
COMPAT(file_open, 342, open_by_handle_at, OPEN_BY_HANDLE_AT, file_open)
COMPAT(file_open, 437, openat2, OPENAT2, file_open)
