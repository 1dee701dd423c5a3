// SPDX-License-Identifier: GPL-2.0
/*
 * File operations through io_uring. The command lies at the head of the request. No file is open yet and none is looked up, so
 * that every path is the name behind its directory, links in it unresolved. Opens: uring-open.bpf.c.
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

	change_tree();
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
