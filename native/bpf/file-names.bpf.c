// SPDX-License-Identifier: GPL-2.0
/*
 * Names made, moved and removed. After the call there is no object to ask (the name is gone, or was given to another), so that
 * the path is the argument behind its directory; the directory is the kernel's.
 */

/* A call with two names. */
struct two_names {
	const void *old_name;
	const void *new_name;
	__s32 old_dirfd;
	__s32 new_dirfd;
	__u32 flags;
};

/* old, new */
#define NAMES_PLAIN(args) { (void *)(args)[0], (void *)(args)[1], AT_FDCWD, AT_FDCWD, 0 }
/* old dirfd, old, new dirfd, new */
#define NAMES_AT(args, given) { (void *)(args)[1], (void *)(args)[3], (args)[0], (args)[2], (given) }
/* target, new dirfd, new */
#define NAMES_SYMLINKAT(args) { (void *)(args)[0], (void *)(args)[2], AT_FDCWD, (args)[1], 0 }

/* Renames by the host itself are few; none is left out. */
static __always_inline int send_rename(const struct call *call, const struct two_names *names)
{
	struct slot *slot = begin(TARSIER_KIND_FILE_RENAME, sizeof(struct tarsier_file_rename), call);
	struct tarsier_file_rename *record;

	change_tree();
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->rename_flags = names->flags;
	record->old_dirfd = names->old_dirfd;
	record->new_dirfd = names->new_dirfd;
	record->raw_old_path = append_user_text(slot, LIMIT(FILE_RENAME, RAW_OLD_PATH), names->old_name);
	record->raw_new_path = append_user_text(slot, LIMIT(FILE_RENAME, RAW_NEW_PATH), names->new_name);
	record->old_path = append_named_path(slot, LIMIT(FILE_RENAME, OLD_PATH), names->old_dirfd, record->raw_old_path);
	record->new_path = append_named_path(slot, LIMIT(FILE_RENAME, NEW_PATH), names->new_dirfd, record->raw_new_path);
	return emit(slot);
}

static __always_inline int file_rename(const struct call *call)
{
	struct two_names plain = NAMES_PLAIN(call->args), at = NAMES_AT(call->args, 0);

	if (call->type == TARSIER_TYPE_RENAME)
		return send_rename(call, &plain);
	if (call->type == TARSIER_TYPE_RENAMEAT2)
		at.flags = call->args[4];
	return send_rename(call, &at);
}
SYSCALL(file_rename, rename, RENAME, file_rename)
SYSCALL(file_rename, renameat, RENAMEAT, file_rename)
SYSCALL(file_rename, renameat2, RENAMEAT2, file_rename)
COMPAT(file_rename, 38, rename, RENAME, file_rename)
COMPAT(file_rename, 302, renameat, RENAMEAT, file_rename)
COMPAT(file_rename, 353, renameat2, RENAMEAT2, file_rename)

static __always_inline int send_link(const struct call *call, const struct two_names *names, bool symbolic)
{
	struct slot *slot = begin(TARSIER_KIND_FILE_LINK, sizeof(struct tarsier_file_link), call);
	struct tarsier_file_link *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->link_flags = names->flags;
	record->old_dirfd = names->old_dirfd;
	record->new_dirfd = names->new_dirfd;
	record->symbolic = symbolic;
	record->raw_old_path = append_user_text(slot, LIMIT(FILE_LINK, RAW_OLD_PATH), names->old_name);
	record->raw_new_path = append_user_text(slot, LIMIT(FILE_LINK, RAW_NEW_PATH), names->new_name);
	/* What a symbolic link points to is a text: relative to the link, and need not exist. */
	record->old_path = record->raw_old_path;
	if (!symbolic)
		record->old_path = append_named_path(slot, LIMIT(FILE_LINK, OLD_PATH), names->old_dirfd, record->raw_old_path);
	record->new_path = append_named_path(slot, LIMIT(FILE_LINK, NEW_PATH), names->new_dirfd, record->raw_new_path);
	return emit(slot);
}

static __always_inline int file_link(const struct call *call)
{
	struct two_names plain = NAMES_PLAIN(call->args), at = NAMES_AT(call->args, call->args[4]);
	struct two_names symlinkat = NAMES_SYMLINKAT(call->args);

	if (call->type == TARSIER_TYPE_LINKAT)
		return send_link(call, &at, false);
	if (call->type == TARSIER_TYPE_SYMLINKAT)
		return send_link(call, &symlinkat, true);
	return send_link(call, &plain, call->type == TARSIER_TYPE_SYMLINK);
}
SYSCALL(file_link, link, LINK, file_link)
SYSCALL(file_link, linkat, LINKAT, file_link)
SYSCALL(file_link, symlink, SYMLINK, file_link)
SYSCALL(file_link, symlinkat, SYMLINKAT, file_link)
COMPAT(file_link, 9, link, LINK, file_link)
COMPAT(file_link, 83, symlink, SYMLINK, file_link)
COMPAT(file_link, 303, linkat, LINKAT, file_link)
COMPAT(file_link, 304, symlinkat, SYMLINKAT, file_link)

/* The calls named …at have a directory first and every other argument one further on. */
static __always_inline int file_unlink(const struct call *call)
{
	int at = call->type == TARSIER_TYPE_UNLINKAT;
	struct slot *slot = begin(TARSIER_KIND_FILE_UNLINK, sizeof(struct tarsier_file_unlink), call);
	struct tarsier_file_unlink *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->dirfd = at ? (__s32)call->args[0] : AT_FDCWD;
	record->unlink_flags = at ? call->args[2] : 0;
	record->raw_path = append_user_text(slot, LIMIT(FILE_UNLINK, RAW_PATH), (void *)call->args[at]);
	record->path = append_named_path(slot, LIMIT(FILE_UNLINK, PATH), record->dirfd, record->raw_path);
	return emit(slot);
}
SYSCALL(file_unlink, unlink, UNLINK, file_unlink)
SYSCALL(file_unlink, unlinkat, UNLINKAT, file_unlink)
SYSCALL(file_unlink, rmdir, RMDIR, file_unlink)
COMPAT(file_unlink, 10, unlink, UNLINK, file_unlink)
COMPAT(file_unlink, 40, rmdir, RMDIR, file_unlink)
COMPAT(file_unlink, 301, unlinkat, UNLINKAT, file_unlink)

static __always_inline int file_mkdir(const struct call *call)
{
	int at = call->type == TARSIER_TYPE_MKDIRAT;
	struct slot *slot = begin(TARSIER_KIND_FILE_MKDIR, sizeof(struct tarsier_file_mkdir), call);
	struct tarsier_file_mkdir *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->dirfd = at ? (__s32)call->args[0] : AT_FDCWD;
	record->mode = call->args[at + 1];
	record->raw_path = append_user_text(slot, LIMIT(FILE_MKDIR, RAW_PATH), (void *)call->args[at]);
	record->path = append_named_path(slot, LIMIT(FILE_MKDIR, PATH), record->dirfd, record->raw_path);
	return emit(slot);
}
SYSCALL(file_mkdir, mkdir, MKDIR, file_mkdir)
SYSCALL(file_mkdir, mkdirat, MKDIRAT, file_mkdir)
COMPAT(file_mkdir, 39, mkdir, MKDIR, file_mkdir)
COMPAT(file_mkdir, 296, mkdirat, MKDIRAT, file_mkdir)

/* User space packs a device number as new_encode_dev() does; the record has it as the kernel keeps it: major << 20 | minor. */
static __always_inline __u32 kernel_device(__u32 given)
{
	return (given & 0xfff00) >> 8 << 20 | (given & 0xff) | (given >> 12 & 0xfff00);
}

static __always_inline int file_mknod(const struct call *call)
{
	int at = call->type == TARSIER_TYPE_MKNODAT;
	struct slot *slot = begin(TARSIER_KIND_FILE_MKNOD, sizeof(struct tarsier_file_mknod), call);
	struct tarsier_file_mknod *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->dirfd = at ? (__s32)call->args[0] : AT_FDCWD;
	record->mode = call->args[at + 1];
	record->node_dev = kernel_device(call->args[at + 2]);
	record->raw_path = append_user_text(slot, LIMIT(FILE_MKNOD, RAW_PATH), (void *)call->args[at]);
	record->path = append_named_path(slot, LIMIT(FILE_MKNOD, PATH), record->dirfd, record->raw_path);
	return emit(slot);
}
SYSCALL(file_mknod, mknod, MKNOD, file_mknod)
SYSCALL(file_mknod, mknodat, MKNODAT, file_mknod)
COMPAT(file_mknod, 14, mknod, MKNOD, file_mknod)
COMPAT(file_mknod, 297, mknodat, MKNODAT, file_mknod)
