// SPDX-License-Identifier: GPL-2.0
/*
 * File operations through io_uring. The command lies at the head of the request. No file is open yet and none is looked up, so
 * that every path is the name behind its directory, links in it unresolved.
 */

/* Appends the name that the kernel copied, raw and behind its directory. */
#define APPEND_FILENAME(slot, record, KIND, directory, source)                                                         \
	do {                                                                                                               \
		struct filename *copied = (source);                                                                            \
                                                                                                                       \
		record->raw_path = append_text(slot, LIMIT(KIND, RAW_PATH), READ(copied, name));                               \
		record->path = append_named_path(slot, LIMIT(KIND, PATH), directory, record->raw_path);                        \
	} while (0)

/* The same for a call with two names, in the order of their offsets. */
#define APPEND_FILENAMES(slot, record, KIND, command)                                                                  \
	do {                                                                                                               \
		struct filename *old_name = READ(command, oldpath), *new_name = READ(command, newpath);                        \
                                                                                                                       \
		record->raw_old_path = append_text(slot, LIMIT(KIND, RAW_OLD_PATH), READ(old_name, name));                     \
		record->raw_new_path = append_text(slot, LIMIT(KIND, RAW_NEW_PATH), READ(new_name, name));                     \
	} while (0)

/* Where a relative name starts, as a word of a fold key. */
static __always_inline __u64 directory_word(__s32 dirfd)
{
	struct task_struct *task = current_task();
	struct file *directory;

	if (dirfd == AT_FDCWD)
		return (__u64)READ(task, fs, pwd.dentry);
	directory = file_of_fd(dirfd);
	return (__u64)READ(directory, f_path.dentry);
}

/* Equal opens for reading are folded like those of the system call; the flags tell the two apart. */
static __always_inline bool fold_uring_open(const struct call *call, struct io_open *command, __u64 flags, __u32 *repeat)
{
	struct filename *filename = READ(command, filename);
	__u64 words[FOLDED_PATH / 8] = {};
	struct fold_key key;

	begin_fold(&key, TARSIER_KIND_FILE_OPEN, call->type);
	if (bpf_probe_read_kernel_str(words, sizeof(words), READ(filename, name)) >= FOLDED_PATH)
		return false;
	key.a = hash_of_text(words);
	key.b = directory_word(READ(command, dfd));
	key.c = call->flags;
	key.flags = flags;
	return fold(&key, repeat);
}

static __always_inline int uring_open(const struct call *call, struct io_kiocb *request)
{
	struct io_open *command = (struct io_open *)request;
	__u64 flags = READ(command, how.flags);
	bool writes = flags & (O_ACCMODE | O_CREAT | O_TRUNC);
	struct tarsier_file_open *record;
	struct slot *slot;
	__u32 repeat = 0;

	if (!writes && fold_uring_open(call, command, flags, &repeat))
		return 0;
	slot = begin_about(current_task(), TARSIER_KIND_FILE_OPEN, sizeof(*record), !writes);
	if (!slot)
		return 0;
	set_call(slot, call);
	record = (void *)slot->record;
	record->header.repeat = repeat;
	record->open_flags = flags & ~O_LARGEFILE;
	record->mode = READ(command, how.mode);
	record->resolve = READ(command, how.resolve);
	record->dirfd = READ(command, dfd);
	APPEND_FILENAME(slot, record, FILE_OPEN, record->dirfd, READ(command, filename));
	return emit(slot);
}
URING_CALL(file_open, 18, openat, OPENAT, uring_open)
URING_CALL(file_open, 28, openat2, OPENAT2, uring_open)

static __always_inline int uring_unlink(const struct call *call, struct io_kiocb *request)
{
	struct io_unlink *command = (struct io_unlink *)request;
	struct slot *slot = begin(TARSIER_KIND_FILE_UNLINK, sizeof(struct tarsier_file_unlink), call);
	struct tarsier_file_unlink *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->dirfd = READ(command, dfd);
	record->unlink_flags = READ(command, flags);
	APPEND_FILENAME(slot, record, FILE_UNLINK, record->dirfd, READ(command, filename));
	return emit(slot);
}
URING_CALL(file_unlink, 36, unlinkat, UNLINKAT, uring_unlink)

static __always_inline int uring_rename(const struct call *call, struct io_kiocb *request)
{
	struct io_rename *command = (struct io_rename *)request;
	struct slot *slot = begin(TARSIER_KIND_FILE_RENAME, sizeof(struct tarsier_file_rename), call);
	struct tarsier_file_rename *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->rename_flags = READ(command, flags);
	record->old_dirfd = READ(command, old_dfd);
	record->new_dirfd = READ(command, new_dfd);
	APPEND_FILENAMES(slot, record, FILE_RENAME, command);
	record->old_path = append_named_path(slot, LIMIT(FILE_RENAME, OLD_PATH), record->old_dirfd, record->raw_old_path);
	record->new_path = append_named_path(slot, LIMIT(FILE_RENAME, NEW_PATH), record->new_dirfd, record->raw_new_path);
	return emit(slot);
}
URING_CALL(file_rename, 35, renameat, RENAMEAT2, uring_rename)

static __always_inline int uring_mkdir(const struct call *call, struct io_kiocb *request)
{
	struct io_mkdir *command = (struct io_mkdir *)request;
	struct slot *slot = begin(TARSIER_KIND_FILE_MKDIR, sizeof(struct tarsier_file_mkdir), call);
	struct tarsier_file_mkdir *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->dirfd = READ(command, dfd);
	record->mode = READ(command, mode);
	APPEND_FILENAME(slot, record, FILE_MKDIR, record->dirfd, READ(command, filename));
	return emit(slot);
}
URING_CALL(file_mkdir, 37, mkdirat, MKDIRAT, uring_mkdir)

/* Both kinds of link have one command. What a symbolic one points to is a text. */
static __always_inline int uring_any_link(const struct call *call, struct io_kiocb *request, bool symbolic)
{
	struct io_link *command = (struct io_link *)request;
	struct slot *slot = begin(TARSIER_KIND_FILE_LINK, sizeof(struct tarsier_file_link), call);
	struct tarsier_file_link *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->symbolic = symbolic;
	record->link_flags = symbolic ? 0 : READ(command, flags);
	record->old_dirfd = symbolic ? AT_FDCWD : READ(command, old_dfd);
	record->new_dirfd = READ(command, new_dfd);
	APPEND_FILENAMES(slot, record, FILE_LINK, command);
	record->old_path = record->raw_old_path;
	if (!symbolic)
		record->old_path = append_named_path(slot, LIMIT(FILE_LINK, OLD_PATH), record->old_dirfd, record->raw_old_path);
	record->new_path = append_named_path(slot, LIMIT(FILE_LINK, NEW_PATH), record->new_dirfd, record->raw_new_path);
	return emit(slot);
}

static __always_inline int uring_link(const struct call *call, struct io_kiocb *request)
{
	return uring_any_link(call, request, false);
}

static __always_inline int uring_symlink(const struct call *call, struct io_kiocb *request)
{
	return uring_any_link(call, request, true);
}
URING_CALL(file_link, 39, linkat, LINKAT, uring_link)
URING_CALL(file_link, 38, symlinkat, SYMLINKAT, uring_symlink)

/* Since 6.9. */
struct io_ftrunc___v6_9 {
	__s64 len;
} __attribute__((preserve_access_index));

static __always_inline int uring_truncate(const struct call *call, struct io_kiocb *request)
{
	struct io_ftrunc___v6_9 *command = (struct io_ftrunc___v6_9 *)request;
	struct slot *slot = begin(TARSIER_KIND_FILE_TRUNCATE, sizeof(struct tarsier_file_truncate), call);
	struct file *file = file_of_request(request);
	struct tarsier_file_truncate *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	if (bpf_core_field_exists(command->len))
		record->length = READ(command, len);
	record->fd = fd_of_request(request);
	if (file)
		record->path = append_file_path(slot, LIMIT(FILE_TRUNCATE, PATH), file);
	return emit(slot);
}
URING_CALL(file_truncate, 55, ftruncate, FTRUNCATE, uring_truncate)

/* "security.", like is_security_attribute() of user memory. */
static __always_inline bool is_security_name(const void *name)
{
	struct { __u64 word; char dot, end; } start = {};

	bpf_probe_read_kernel_str(&start, SECURITY_PREFIX + 1, name);
	return start.word == BYTES8('s', 'e', 'c', 'u', 'r', 'i', 't', 'y') && start.dot == '.';
}

static __always_inline int uring_any_setxattr(const struct call *call, struct io_kiocb *request, bool by_name)
{
	struct io_xattr *command = (struct io_xattr *)request;
	const char *attribute = (const char *)READ(command, ctx.kname);
	struct tarsier_file_setxattr *record;
	struct slot *slot;

	if (!is_security_name(attribute))
		return 0;
	slot = begin(TARSIER_KIND_FILE_SETXATTR, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->value_size = READ(command, ctx.size);
	record->attribute = append_text(slot, LIMIT(FILE_SETXATTR, ATTRIBUTE), attribute);
	record->fd = by_name ? AT_FDCWD : fd_of_request(request);
	if (by_name) {
		APPEND_FILENAME(slot, record, FILE_SETXATTR, AT_FDCWD, READ(command, filename));
	} else {
		struct file *file = file_of_request(request);

		if (file)
			record->path = append_file_path(slot, LIMIT(FILE_SETXATTR, PATH), file);
	}
	return emit(slot);
}

static __always_inline int uring_setxattr(const struct call *call, struct io_kiocb *request)
{
	return uring_any_setxattr(call, request, true);
}

static __always_inline int uring_fsetxattr(const struct call *call, struct io_kiocb *request)
{
	return uring_any_setxattr(call, request, false);
}
URING_CALL(file_setxattr, 42, setxattr, SETXATTR, uring_setxattr)
URING_CALL(file_setxattr, 41, fsetxattr, FSETXATTR, uring_fsetxattr)
