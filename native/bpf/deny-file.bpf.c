// SPDX-License-Identifier: GPL-2.0
/* Denied beforehand: programs that are run, files that are opened, mounts. See deny.bpf.c. */

#ifdef __TARGET_ARCH_x86
#define NR_OPEN 2
#define NR_CREAT 85
#define NR_OPENAT 257
#define NR_OPEN_BY_HANDLE_AT 304
#else
#define NR_OPEN -1
#define NR_CREAT -2
#define NR_OPENAT 56
#define NR_OPEN_BY_HANDLE_AT 265
#endif
#define NR_OPENAT2 437
/* In f_flags: opened to be run (include/linux/fs.h). */
#define OPENED_FOR_EXEC 0x20
#define S_ISUID 0004000

/* ---- programs that are run: asked for a script, and then for its interpreter ---- */

SEC("lsm/bprm_check_security")
int deny_process_exec__bprm(__u64 *context)
{
	struct linux_binprm *program = (struct linux_binprm *)context[0];
	struct file *file = READ(program, file);
	struct inode *inode = READ(file, f_inode);
	struct tarsier_process_exec *record;
	__u16 type = TARSIER_TYPE_EXECVE;
	struct inode_facts facts;
	struct denial denial;
	struct slot *slot;

	if (!begin_denial(&denial, TARSIER_KIND_PROCESS_EXEC))
		return 0;
	if (bpf_core_field_exists(((struct linux_binprm___fdpath *)0)->fdpath) && FAST((struct linux_binprm___fdpath *)program, fdpath))
		type = TARSIER_TYPE_EXECVEAT;
	deny_class(&denial, type == TARSIER_TYPE_EXECVEAT);
	if (READ(inode, i_mode) & S_ISUID)
		deny_unknown(&denial, DENY_EUID);
	else
		deny_number(&denial, DENY_EUID, FAST(current_task(), cred, euid.val));
	slot = denial.terms ? open_denial(&denial, sizeof(*record), type) : NULL;
	if (!slot)
		return 0;
	record = (void *)slot->record;
	read_inode(&facts, current_task(), inode, READ(file, f_path.dentry));
	SET_INODE(record, &facts);
	record->exe_ctime_ns = inode_ctime_ns(inode);
	record->exe_mtime_ns = inode_mtime_ns(inode);
	record->exe = append_file_path(slot, LIMIT(PROCESS_EXEC, EXE), file);
	record->raw_path = append_text(slot, LIMIT(PROCESS_EXEC, RAW_PATH), READ(program, filename));
	if (record->exe >> 16 && header_of(slot)->truncated & 1u << TARSIER_PROCESS_EXEC_EXE_BIT)
		deny_out_of_reach(&denial);
	else
		deny_text(&denial, slot, DENY_PATH, record->exe, TARSIER_PROCESS_EXEC_EXE_BIT);
	return end_denial(&denial, slot);
}

/* ---- files that are opened ---- */

/* In the order of the types in DENIAL_KINDS; the last for what this is not a plain call of: a 32-bit one, io_uring. */
#define OPEN_BY_OTHER 5

static __always_inline __u32 open_call(struct task_struct *task, __u16 *type)
{
	*type = TARSIER_TYPE_OPENAT;
	if (in_compat_call(task))
		return OPEN_BY_OTHER;
	switch ((int)CALL_NUMBER(task_registers(task))) {
	case NR_OPEN:
		*type = TARSIER_TYPE_OPEN;
		return 0;
	case NR_OPENAT:
		return 1;
	case NR_OPENAT2:
		*type = TARSIER_TYPE_OPENAT2;
		return 2;
	case NR_CREAT:
		*type = TARSIER_TYPE_CREAT;
		return 3;
	case NR_OPEN_BY_HANDLE_AT:
		*type = TARSIER_TYPE_OPEN_BY_HANDLE_AT;
		return 4;
	}
	return OPEN_BY_OTHER;
}

SEC("lsm/file_open")
int deny_file_open__file(__u64 *context)
{
	struct file *file = (struct file *)context[0];
	__u32 flags = FAST(file, f_flags), created = (FAST(file, f_mode) & FMODE_CREATED) != 0, access = flags & O_ACCMODE, format;
	struct tarsier_file_open *record;
	struct inode_facts facts;
	struct denial denial;
	struct slot *slot;
	__u16 type;

	/* What is run is asked about above. */
	if (flags & OPENED_FOR_EXEC || !begin_denial(&denial, TARSIER_KIND_FILE_OPEN))
		return 0;
	format = READ(file, f_inode, i_mode) & S_IFMT;
	deny_class(&denial, (open_call(current_task(), &type) * 6 + (access > 2 ? 2 : access) * 2 + created) * 2 + (format != S_IFDIR));
	deny_number(&denial, DENY_EUID, FAST(current_task(), cred, euid.val));
	slot = denial.terms ? open_denial(&denial, sizeof(*record), type) : NULL;
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->path = append_file_path(slot, LIMIT(FILE_OPEN, PATH), file);
	deny_text(&denial, slot, DENY_PATH, record->path, TARSIER_FILE_OPEN_PATH_BIT);
	if (!denial.terms)
		return drop(slot);
	read_inode(&facts, current_task(), READ(file, f_inode), READ(file, f_path.dentry));
	if (created)
		facts.flags |= TARSIER_FILE_CREATED;
	SET_INODE(record, &facts);
	record->link_count = facts.links;
	record->open_flags = flags & ~O_LARGEFILE;
	record->dirfd = AT_FDCWD;
	record->raw_path = record->path;
	deny_exe(&denial, slot);
	return end_denial(&denial, slot);
}

/* ---- mounts: the place is the true one, and not a name for it ---- */

static __always_inline struct slot *open_mount(struct denial *denial, __u16 type)
{
	if (!begin_denial(denial, TARSIER_KIND_MOUNT_MOUNT))
		return NULL;
	deny_class(denial, type == TARSIER_TYPE_MOVE_MOUNT);
	deny_number(denial, DENY_EUID, FAST(current_task(), cred, euid.val));
	return denial->terms ? open_denial(denial, sizeof(struct tarsier_mount_mount), type) : NULL;
}

static __always_inline int end_mount(struct denial *denial, struct slot *slot, const struct path *target)
{
	struct tarsier_mount_mount *record = (void *)slot->record;

	record->target_path = append_path(slot, LIMIT(MOUNT_MOUNT, TARGET_PATH), READ(target, dentry), READ(target, mnt));
	deny_text(denial, slot, DENY_NAME, record->file_system, TARSIER_MOUNT_MOUNT_FILE_SYSTEM_BIT);
	deny_text(denial, slot, DENY_PATH, record->target_path, TARSIER_MOUNT_MOUNT_TARGET_PATH_BIT);
	deny_exe(denial, slot);
	return end_denial(denial, slot);
}

/* Source, place, type, flags, data. */
SEC("lsm/sb_mount")
int deny_mount_mount__mount(__u64 *context)
{
	const char *source = (const char *)context[0], *type = (const char *)context[2];
	struct tarsier_mount_mount *record;
	struct denial denial;
	struct slot *slot = open_mount(&denial, TARSIER_TYPE_MOUNT);

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->mount_flags = context[3];
	if (source)
		record->source_path = append_text(slot, LIMIT(MOUNT_MOUNT, SOURCE_PATH), source);
	if (type)
		record->file_system = append_text(slot, LIMIT(MOUNT_MOUNT, FILE_SYSTEM), type);
	return end_mount(&denial, slot, (const struct path *)context[1]);
}

SEC("lsm/move_mount")
int deny_mount_mount__move_mount(__u64 *context)
{
	const struct path *from = (const struct path *)context[0];
	struct tarsier_mount_mount *record;
	struct denial denial;
	struct slot *slot = open_mount(&denial, TARSIER_TYPE_MOVE_MOUNT);

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->source_path = append_path(slot, LIMIT(MOUNT_MOUNT, SOURCE_PATH), READ(from, dentry), READ(from, mnt));
	record->file_system = append_text(slot, LIMIT(MOUNT_MOUNT, FILE_SYSTEM), READ(from, mnt, mnt_sb, s_type, name));
	return end_mount(&denial, slot, (const struct path *)context[1]);
}
