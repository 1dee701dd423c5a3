// SPDX-License-Identifier: GPL-2.0
/* What is mounted where, and which directory is the root. By name: the calls change the very tree that a walk would follow. */

#define MS_BIND 4096
#define MS_MOVE 8192
/* Old callers set this in the upper half of the flags; it means nothing. */
#define MS_MGC_VAL 0xC0ED0000ull
#define MS_MGC_MASK 0xffff0000ull

static __always_inline int mount_mount(const struct call *call)
{
	struct slot *slot = begin(TARSIER_KIND_MOUNT_MOUNT, sizeof(struct tarsier_mount_mount), call);
	struct tarsier_mount_mount *record;
	__u64 flags = call->args[3];

	change_tree();
	if (!slot)
		return 0;
	record = (void *)slot->record;
	if ((flags & MS_MGC_MASK) == MS_MGC_VAL)
		flags &= ~MS_MGC_MASK;
	record->mount_flags = flags;
	if (call->args[0])
		record->source_path = append_user_text(slot, LIMIT(MOUNT_MOUNT, SOURCE_PATH), (void *)call->args[0]);
	/* Only then is the source a path; else it may be any text. */
	if (flags & (MS_BIND | MS_MOVE))
		record->source_path = append_named_path(slot, LIMIT(MOUNT_MOUNT, SOURCE_PATH), AT_FDCWD, record->source_path);
	record->target_path = append_user_text(slot, LIMIT(MOUNT_MOUNT, TARGET_PATH), (void *)call->args[1]);
	record->target_path = append_named_path(slot, LIMIT(MOUNT_MOUNT, TARGET_PATH), AT_FDCWD, record->target_path);
	if (call->args[2])
		record->file_system = append_user_text(slot, LIMIT(MOUNT_MOUNT, FILE_SYSTEM), (void *)call->args[2]);
	return emit(slot);
}
SYSCALL(mount_mount, mount, MOUNT, mount_mount)
COMPAT(mount_mount, 21, mount, MOUNT, mount_mount)

/* Of a mount that stood nowhere yet (fsmount, open_tree): the source and type that it was made of. */
static __always_inline void append_detached(struct slot *slot, struct tarsier_mount_mount *record, __s32 fd)
{
	struct file *file = file_of_fd(fd);
	struct vfsmount *inside = READ(file, f_path.mnt);
	struct mount *made = (void *)inside - bpf_core_field_offset(struct mount, mnt);

	if (!file)
		return;
	record->source_path = append_text(slot, LIMIT(MOUNT_MOUNT, SOURCE_PATH), READ(made, mnt_devname));
	record->file_system = append_text(slot, LIMIT(MOUNT_MOUNT, FILE_SYSTEM), READ(inside, mnt_sb, s_type, name));
}

/* The last step of the newer calls: only here does a mount come to stand somewhere. */
static __always_inline int mount_move_mount(const struct call *call)
{
	struct slot *slot = begin(TARSIER_KIND_MOUNT_MOUNT, sizeof(struct tarsier_mount_mount), call);
	struct tarsier_mount_mount *record;

	change_tree();
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->mount_flags = call->args[4];
	record->source_path = append_user_text(slot, LIMIT(MOUNT_MOUNT, SOURCE_PATH), (void *)call->args[1]);
	if (record->source_path >> 16)
		record->source_path = append_named_path(slot, LIMIT(MOUNT_MOUNT, SOURCE_PATH), call->args[0], record->source_path);
	else
		append_detached(slot, record, call->args[0]);
	record->target_path = append_user_text(slot, LIMIT(MOUNT_MOUNT, TARGET_PATH), (void *)call->args[3]);
	record->target_path = append_named_path(slot, LIMIT(MOUNT_MOUNT, TARGET_PATH), call->args[2], record->target_path);
	return emit(slot);
}
SYSCALL(mount_mount, move_mount, MOVE_MOUNT, mount_move_mount)
COMPAT(mount_mount, 429, move_mount, MOVE_MOUNT, mount_move_mount)

/* The kernel's sys_umount is the call umount2; the older umount has no flags and only 32-bit callers have it. */
static __always_inline int mount_umount(const struct call *call)
{
	struct slot *slot = begin(TARSIER_KIND_MOUNT_UMOUNT, sizeof(struct tarsier_mount_umount), call);
	struct tarsier_mount_umount *record;

	change_tree();
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->umount_flags = call->type == TARSIER_TYPE_UMOUNT2 ? call->args[1] : 0;
	record->raw_path = append_user_text(slot, LIMIT(MOUNT_UMOUNT, RAW_PATH), (void *)call->args[0]);
	record->path = append_named_path(slot, LIMIT(MOUNT_UMOUNT, PATH), AT_FDCWD, record->raw_path);
	return emit(slot);
}
SYSCALL(mount_umount, umount, UMOUNT2, mount_umount)
COMPAT(mount_umount, 22, umount, UMOUNT, mount_umount)
COMPAT(mount_umount, 52, umount2, UMOUNT2, mount_umount)

/*
 * chroot: the new root as the old one saw it cannot be told any more, so the walk goes on to the root of the namespace.
 * pivot_root: what was the root has another name now; only the arguments tell.
 */
static __always_inline int mount_root(const struct call *call)
{
	struct slot *slot = begin(TARSIER_KIND_MOUNT_ROOT, sizeof(struct tarsier_mount_root), call);
	struct tarsier_mount_root *record;
	struct task_struct *task = current_task();

	change_tree();
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->raw_path = append_user_text(slot, LIMIT(MOUNT_ROOT, RAW_PATH), (void *)call->args[0]);
	if (call->type == TARSIER_TYPE_CHROOT && call->ret == 0) {
		slot->root_dentry = 0;
		record->path = append_path(slot, LIMIT(MOUNT_ROOT, PATH), FAST(task, fs, root.dentry), FAST(task, fs, root.mnt));
	} else {
		record->path = append_named_path(slot, LIMIT(MOUNT_ROOT, PATH), AT_FDCWD, record->raw_path);
	}
	if (call->type == TARSIER_TYPE_PIVOT_ROOT) {
		record->put_old = append_user_text(slot, LIMIT(MOUNT_ROOT, PUT_OLD), (void *)call->args[1]);
		record->put_old = append_named_path(slot, LIMIT(MOUNT_ROOT, PUT_OLD), AT_FDCWD, record->put_old);
	}
	return emit(slot);
}
SYSCALL(mount_root, pivot_root, PIVOT_ROOT, mount_root)
SYSCALL(mount_root, chroot, CHROOT, mount_root)
COMPAT(mount_root, 61, chroot, CHROOT, mount_root)
COMPAT(mount_root, 217, pivot_root, PIVOT_ROOT, mount_root)
