// SPDX-License-Identifier: GPL-2.0
/*
 * Mode, owner, length and security attributes of files. A descriptor tells the file; a name is the argument behind its
 * directory, since at the exit of the call the kernel has let go of the file.
 */

/* "security.": file capabilities, SELinux and IMA labels. Others (user.*, trusted.*, ACLs) grant nothing to a program. */
#define SECURITY_PREFIX 9

/* Appends path and rawPath of a call by name. */
#define APPEND_NAME(slot, record, KIND, directory, name)                                                               \
	do {                                                                                                               \
		record->fd = (directory);                                                                                      \
		record->raw_path = append_user_text(slot, LIMIT(KIND, RAW_PATH), (void *)(name));                              \
		record->path = append_named_path(slot, LIMIT(KIND, PATH), record->fd, record->raw_path);                       \
	} while (0)

/* Appends the path of a call by descriptor. */
#define APPEND_DESCRIPTOR(slot, record, KIND, descriptor)                                                              \
	do {                                                                                                               \
		struct file *open_file = file_of_fd(descriptor);                                                               \
                                                                                                                       \
		record->fd = (descriptor);                                                                                     \
		if (open_file)                                                                                                 \
			record->path = append_file_path(slot, LIMIT(KIND, PATH), open_file);                                       \
	} while (0)

static __always_inline int file_chmod(const struct call *call)
{
	int at = call->type == TARSIER_TYPE_FCHMODAT || call->type == TARSIER_TYPE_FCHMODAT2;
	struct slot *slot = begin(TARSIER_KIND_FILE_CHMOD, sizeof(struct tarsier_file_chmod), call);
	struct tarsier_file_chmod *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->mode = call->args[at + 1];
	if (call->type == TARSIER_TYPE_FCHMOD)
		APPEND_DESCRIPTOR(slot, record, FILE_CHMOD, call->args[0]);
	else
		APPEND_NAME(slot, record, FILE_CHMOD, at ? (__s32)call->args[0] : AT_FDCWD, call->args[at]);
	return emit(slot);
}
SYSCALL(file_chmod, chmod, CHMOD, file_chmod)
SYSCALL(file_chmod, fchmod, FCHMOD, file_chmod)
SYSCALL(file_chmod, fchmodat, FCHMODAT, file_chmod)
SYSCALL(file_chmod, fchmodat2, FCHMODAT2, file_chmod)
COMPAT(file_chmod, 15, chmod, CHMOD, file_chmod)
COMPAT(file_chmod, 94, fchmod, FCHMOD, file_chmod)
COMPAT(file_chmod, 306, fchmodat, FCHMODAT, file_chmod)
COMPAT(file_chmod, 452, fchmodat2, FCHMODAT2, file_chmod)

static __always_inline int file_chown(const struct call *call)
{
	int at = call->type == TARSIER_TYPE_FCHOWNAT;
	struct slot *slot = begin(TARSIER_KIND_FILE_CHOWN, sizeof(struct tarsier_file_chown), call);
	struct tarsier_file_chown *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->new_uid = call->args[at + 1];
	record->new_gid = call->args[at + 2];
	record->chown_flags = at ? call->args[4] : 0;
	if (call->type == TARSIER_TYPE_FCHOWN)
		APPEND_DESCRIPTOR(slot, record, FILE_CHOWN, call->args[0]);
	else
		APPEND_NAME(slot, record, FILE_CHOWN, at ? (__s32)call->args[0] : AT_FDCWD, call->args[at]);
	return emit(slot);
}
SYSCALL(file_chown, chown, CHOWN, file_chown)
SYSCALL(file_chown, lchown, LCHOWN, file_chown)
SYSCALL(file_chown, fchown, FCHOWN, file_chown)
SYSCALL(file_chown, fchownat, FCHOWNAT, file_chown)
COMPAT(file_chown, 198, lchown32, LCHOWN, file_chown)
COMPAT(file_chown, 207, fchown32, FCHOWN, file_chown)
COMPAT(file_chown, 212, chown32, CHOWN, file_chown)
COMPAT(file_chown, 298, fchownat, FCHOWNAT, file_chown)

static __always_inline int send_truncate(const struct call *call, __u64 length)
{
	struct slot *slot = begin(TARSIER_KIND_FILE_TRUNCATE, sizeof(struct tarsier_file_truncate), call);
	struct tarsier_file_truncate *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->length = length;
	if (call->type == TARSIER_TYPE_FTRUNCATE)
		APPEND_DESCRIPTOR(slot, record, FILE_TRUNCATE, call->args[0]);
	else
		APPEND_NAME(slot, record, FILE_TRUNCATE, AT_FDCWD, call->args[0]);
	return emit(slot);
}

static __always_inline int file_truncate(const struct call *call)
{
	return send_truncate(call, call->args[1]);
}

/* A 32-bit caller gives the length in two registers. */
static __always_inline int file_truncate64(const struct call *call)
{
	return send_truncate(call, call->args[1] | call->args[2] << 32);
}
SYSCALL(file_truncate, truncate, TRUNCATE, file_truncate)
SYSCALL(file_truncate, ftruncate, FTRUNCATE, file_truncate)
COMPAT(file_truncate, 92, truncate, TRUNCATE, file_truncate)
COMPAT(file_truncate, 93, ftruncate, FTRUNCATE, file_truncate)
COMPAT(file_truncate, 193, truncate64, TRUNCATE, file_truncate64)
COMPAT(file_truncate, 194, ftruncate64, FTRUNCATE, file_truncate64)

static __always_inline bool is_security_attribute(const void *name)
{
	struct { __u64 word; char dot, end; } start = {};

	bpf_probe_read_user_str(&start, SECURITY_PREFIX + 1, name);
	return start.word == BYTES8('s', 'e', 'c', 'u', 'r', 'i', 't', 'y') && start.dot == '.';
}

static __always_inline int send_setxattr(const struct call *call, __s32 directory, int name_at, __u32 size)
{
	struct slot *slot;
	struct tarsier_file_setxattr *record;

	if (!is_security_attribute((void *)call->args[name_at]))
		return 0;
	slot = begin(TARSIER_KIND_FILE_SETXATTR, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->value_size = size;
	record->attribute = append_user_text(slot, LIMIT(FILE_SETXATTR, ATTRIBUTE), (void *)call->args[name_at]);
	if (call->type == TARSIER_TYPE_FSETXATTR)
		APPEND_DESCRIPTOR(slot, record, FILE_SETXATTR, call->args[0]);
	else
		APPEND_NAME(slot, record, FILE_SETXATTR, directory, call->args[call->type == TARSIER_TYPE_SETXATTRAT]);
	return emit(slot);
}

static __always_inline int file_setxattr(const struct call *call)
{
	return send_setxattr(call, AT_FDCWD, 1, call->args[3]);
}

/* Since 6.13: directory, path, flags, name, { __u64 value; __u32 size; __u32 flags }. */
static __always_inline int file_setxattrat(const struct call *call)
{
	__u32 value[4] = {};

	bpf_probe_read_user(value, sizeof(value), (void *)call->args[4]);
	return send_setxattr(call, call->args[0], 3, value[2]);
}
SYSCALL(file_setxattr, setxattr, SETXATTR, file_setxattr)
SYSCALL(file_setxattr, lsetxattr, LSETXATTR, file_setxattr)
SYSCALL(file_setxattr, fsetxattr, FSETXATTR, file_setxattr)
SYSCALL(file_setxattr, setxattrat, SETXATTRAT, file_setxattrat)
COMPAT(file_setxattr, 226, setxattr, SETXATTR, file_setxattr)
COMPAT(file_setxattr, 227, lsetxattr, LSETXATTR, file_setxattr)
COMPAT(file_setxattr, 228, fsetxattr, FSETXATTR, file_setxattr)
