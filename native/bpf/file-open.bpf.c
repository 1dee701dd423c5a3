// SPDX-License-Identifier: GPL-2.0
/*
 * Files opened: the most frequent hook of all, so that nothing is built before it is known that an event goes out:
 * self check, descriptor, class, names of the process, what is remembered of the file, verdict, path; then the fold.
 *
 * The path and the inode are those of the struct file that the new descriptor names. A thread that puts another file on that
 * descriptor number before the call has returned can hide the first: only LSM or fentry programs would see through that.
 */

/*
 * Fills the words of the key that name the open file; false when it must not be folded: a file made, because each is another;
 * the memory of a process opened for writing, because it stands for the writes, which have no hook of their own (one at
 * write() would tax every write of the host).
 */
static __always_inline bool key_of_file(struct fold_key *key, const struct opened *opened, const struct dentry_link *link, __u32 flags)
{
	key->flags = flags;
	key->extra = opened->mode;
	key->a = (__u64)opened->path.dentry;
	/* A name may be given to another file, and the dentry with it. */
	key->b = mix((__u64)link->parent, opened->ino);
	key->c = (__u64)opened->path.mnt;
	key->d = (__u64)link->length << 32 | link->hash;
	if (made_file(opened->mode, flags))
		return false;
	return !(opened->mode & FMODE_WRITE && link->length == 3 && is_process_memory(opened->path.dentry));
}

static __always_inline __u64 hash_of_text(const __u64 *words)
{
	__u64 hash = begin_hash();

#pragma unroll
	for (int i = 0; i < FOLDED_WORDS; i++)
		hash = mix(hash, words[i]);
	return hash;
}

/* The same for a failed open: error, argument, and the directory that a relative one starts from. */
static __always_inline bool key_of_failure(struct open_work *work, struct task_struct *task, const struct open_request *asked, __s64 error)
{
	struct fold_key *key = &work->key;
	struct file *directory;

	key->flags = asked->flags;
	key->extra = error;
	key->c = asked->resolve;
	key->d = (__u32)asked->dirfd;
	if (!asked->path)
		return true;
	__builtin_memset(work->words, 0, sizeof(work->words));
	if (bpf_probe_read_user_str(work->words, sizeof(work->words), asked->path) >= FOLDED_PATH)
		return false;
	key->a = hash_of_text(work->words);
	if ((work->words[0] & 0xff) == '/')
		return true;
	if (asked->dirfd == AT_FDCWD) {
		key->b = (__u64)READ(task, fs, pwd.dentry);
		return true;
	}
	directory = file_of(task, asked->dirfd);
	key->b = (__u64)READ(directory, f_path.dentry);
	return true;
}

/* What was asked for a file that was there already: rules can tell. Above the length of a name in that word. */
static __always_inline void add_mode(struct fold_key *key, __u32 mode)
{
	key->d |= (__u64)mode << 48;
}

/* `opened` is NULL when there is no file: the call failed, or another thread has closed it already. */
static __always_inline int send_open(const struct call *call, const struct open_request *asked, const struct opened *opened, __u64 folded)
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
	carry_repeats(slot, folded);
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
	struct open_work *work = take_open_work();
	struct file *file = NULL;
	struct filter filter;
	__u64 terms = ALL_TERMS, folded = 0;
	bool foldable, filtered;

	if (!work)
		return 0;
	if (self_tgid && FAST(task, tgid) == self_tgid)
		return 0;
	read_open_request(&work->asked, call);
	if (call->ret >= 0)
		file = file_of(task, call->ret);
	if (file) {
		read_opened(&work->opened, file, work->words);
		read_identity(&work->opened, work->words);
		read_link(&work->link, work->opened.path.dentry);
	}
	/* What another thread has closed already is of no class; 32-bit calls are rare, and always told. */
	filtered = find_filter(&filter, TARSIER_KIND_FILE_OPEN) && (file || call->ret < 0) && !(call->flags & TARSIER_FLAG_COMPAT);
	if (filtered && open_ruled_out(&filter, work, task, file, &terms))
		return 0;
	begin_fold_of(&work->key, task, TARSIER_KIND_FILE_OPEN, call->type | call->flags << 8);
	if (file)
		foldable = key_of_file(&work->key, &work->opened, &work->link, work->asked.flags);
	else
		foldable = key_of_failure(work, task, &work->asked, call->ret);
	add_mode(&work->key, work->asked.mode);
	if (filtered && terms & filter.of->counting_terms)
		foldable = false;
	if (foldable && fold(&work->key, &folded))
		return 0;
	return send_open(call, &work->asked, file ? &work->opened : NULL, folded);
}

static __always_inline int file_open(const struct call *call)
{
	return file_open_of(current_task(), call);
}

/* SYSCALL(), but for asking which task this is only once. */
#define OPEN(name, TYPE)                                                                                               \
	SEC("tracepoint/syscalls/sys_exit_" #name)                                                                         \
	int file_open__##name(void *context)                                                                               \
	{                                                                                                                  \
		struct task_struct *task = current_task();                                                                     \
		struct call call;                                                                                              \
                                                                                                                       \
		read_call(&call, task_registers(task), result_of(context), TARSIER_TYPE_##TYPE);                               \
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
