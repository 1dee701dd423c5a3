/* SPDX-License-Identifier: GPL-2.0 */
/* Layer 1: facts out of kernel objects. Nothing here writes a record. */
#ifndef TARSIER_EXTRACT_H
#define TARSIER_EXTRACT_H

/* A system call after it returned, wherever it came from (tracepoint, 32-bit table, io_uring). Every body takes it. */
struct call {
	__u64 args[6];
	__s64 ret;
	/* TARSIER_TYPE_* */
	__u16 type;
	/* TARSIER_FLAG_* */
	__u16 flags;
};

/* What a call returns that was not done: the filter, or its supervisor, has put it where the task finds it. */
static __always_inline __s64 result_of_refused(struct pt_regs *registers)
{
#ifdef __TARGET_ARCH_x86
	return FAST(registers, ax);
#else
	return FAST(registers, regs[0]);
#endif
}

/* What a 64-bit call returned. `context` is that of whatever runs the program. */
static __always_inline __s64 result_of(void *context)
{
	if (calls_by == CALLS_REFUSED)
		return result_of_refused(task_registers(current_task()));
	if (calls_by == CALLS_BY_FUNCTION) {
		__s64 result = ((__s64 *)context)[1]; /* long (const struct pt_regs *) */

		barrier_var(result);
		return result;
	}
	return ((struct trace_event_raw_sys_exit *)context)->ret;
}

/* The same of a 32-bit call. */
static __always_inline __s64 result_of_compat(__u64 *context)
{
	if (calls_by == CALLS_BY_FUNCTION) {
		__s64 result = context[2]; /* long (const struct pt_regs *, unsigned int) */

		barrier_var(result);
		return result;
	}
	return context[1];
}

/* Fills `call` from the registers of a 64-bit call. */
static __always_inline void read_call(struct call *call, struct pt_regs *registers, __s64 ret, __u16 type)
{
#ifdef __TARGET_ARCH_x86
	call->args[0] = FAST(registers, di);
	call->args[1] = FAST(registers, si);
	call->args[2] = FAST(registers, dx);
	call->args[3] = FAST(registers, r10);
	call->args[4] = FAST(registers, r8);
	call->args[5] = FAST(registers, r9);
#else
	call->args[0] = FAST(registers, orig_x0);
	call->args[1] = FAST(registers, regs[1]);
	call->args[2] = FAST(registers, regs[2]);
	call->args[3] = FAST(registers, regs[3]);
	call->args[4] = FAST(registers, regs[4]);
	call->args[5] = FAST(registers, regs[5]);
#endif
	call->ret = ret;
	call->type = type;
	call->flags = TARSIER_FLAG_HAS_RESULT;
}

/* The same for a 32-bit call. User structures that hold pointers or longs have other layouts there: see call->flags. */
static __always_inline void read_compat_call(struct call *call, struct pt_regs *registers, __s64 ret, __u16 type)
{
#ifdef __TARGET_ARCH_x86
	call->args[0] = (__u32)FAST(registers, bx);
	call->args[1] = (__u32)FAST(registers, cx);
	call->args[2] = (__u32)FAST(registers, dx);
	call->args[3] = (__u32)FAST(registers, si);
	call->args[4] = (__u32)FAST(registers, di);
	call->args[5] = (__u32)FAST(registers, bp);
	call->ret = ret;
	call->type = type;
#else
	read_call(call, registers, ret, type);
	for (int i = 0; i < 6; i++)
		call->args[i] = (__u32)call->args[i];
#endif
	call->flags = TARSIER_FLAG_HAS_RESULT | TARSIER_FLAG_COMPAT;
}

/* The id of a task in its own pid namespace, and the inode of that namespace. */
static __always_inline __u32 own_id(struct pid *pid, __u32 *namespace)
{
	struct upid own = {};
	__u32 level = READ(pid, level);

	bpf_probe_read_kernel(&own, sizeof(own), (void *)pid + bpf_core_field_offset(struct pid, numbers) + level * sizeof(own));
	if (namespace)
		*namespace = READ(own.ns, ns.inum);
	return own.nr;
}

/* The id of `pid` in the namespace that lies `level` below the root; 0 where it is not seen. */
static __always_inline __u32 id_at_level(struct pid *pid, __u32 level)
{
	struct upid upid = {};

	if (level > READ(pid, level))
		return 0;
	bpf_probe_read_kernel(&upid, sizeof(upid), (void *)pid + bpf_core_field_offset(struct pid, numbers) + level * sizeof(upid));
	return upid.nr;
}

/* The name of a thread: 16 bytes. */
static __always_inline void read_comm(void *comm, struct task_struct *task)
{
#ifdef TARSIER_OLD_KERNEL
	bpf_probe_read_kernel(comm, 16, (void *)task + bpf_core_field_offset(struct task_struct, comm));
#else
	const __u64 *words = (void *)task + bpf_core_field_offset(struct task_struct, comm);

	((__u64 *)comm)[0] = words[0];
	((__u64 *)comm)[1] = words[1];
#endif
}

/* The open file of a descriptor of `task`; NULL when it is closed. A plain pointer: READ it. */
static __always_inline struct file *file_of(struct task_struct *task, __s32 fd)
{
	struct fdtable *table = FAST(task, files, fdt);
	struct file **files = FAST(table, fd);
	struct file *file = NULL;

	if (fd < 0 || (__u32)fd >= FAST(table, max_fds))
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), files + fd);
	return file;
}

/* The open file of a descriptor of the current process. */
static __always_inline struct file *file_of_fd(__s32 fd)
{
	return file_of(current_task(), fd);
}

/* What a descriptor is, as the records' stdin, stdout and stderr say it. */
static __always_inline __u16 descriptor_kind(struct task_struct *task, __s32 fd)
{
	struct file *file = file_of(task, fd);
	struct socket *socket;
	__u16 family;

	if (!file)
		return 0;
	switch (READ(file, f_inode, i_mode) & S_IFMT) {
	case S_IFREG:
		return 1;
	case S_IFDIR:
		return 8;
	case S_IFCHR:
	case S_IFBLK:
		return 2;
	case S_IFIFO:
		return 3;
	case S_IFSOCK:
		socket = READ(file, private_data);
		family = READ(socket, sk, __sk_common.skc_family);
		return family == AF_UNIX ? 4 : family == AF_INET ? 5 : family == AF_INET6 ? 7 : 6;
	}
	return 6;
}

/* A dentry that stands alone: of a memfd, a pipe, a file reached by handle. */
static __always_inline bool stands_alone(struct dentry *dentry)
{
	return READ(dentry, d_parent) == dentry;
}

static __always_inline __u64 first_name_bytes(struct dentry *dentry)
{
	__u64 bytes = 0;

	bpf_probe_read_kernel(&bytes, sizeof(bytes), READ(dentry, d_name.name));
	return bytes;
}

#define BYTES8(a, b, c, d, e, f, g, h)                                                                                 \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32 | (__u64)(f) << 40 |        \
	 (__u64)(g) << 48 | (__u64)(h) << 56)

static __always_inline bool is_memfd(struct dentry *dentry)
{
	const __u64 six = 0xffffffffffffull;

	return stands_alone(dentry) && (first_name_bytes(dentry) & six) == BYTES8('m', 'e', 'm', 'f', 'd', ':', 0, 0);
}

/* /proc/PID/mem or /proc/PID/task/TID/mem, under whatever name it was reached. */
static __always_inline bool is_process_memory(struct dentry *dentry)
{
	__u8 first;

	if ((__u32)first_name_bytes(dentry) != (__u32)BYTES8('m', 'e', 'm', 0, 0, 0, 0, 0))
		return false;
	first = first_name_bytes(READ(dentry, d_parent));
	return first >= '1' && first <= '9';
}

/*
 * An overlay inode holds its upper dentry right behind the embedded struct inode (struct ovl_inode, fs/overlayfs/ovl_entry.h);
 * overlayfs is often a module, so its type cannot be counted on in BTF.
 */
static __always_inline bool has_upper_layer(struct inode *inode)
{
	__u64 upper = 0;

	bpf_probe_read_kernel(&upper, sizeof(upper), (void *)inode + bpf_core_type_size(struct inode));
	return upper != 0;
}

/* By mode, owner and group only: capabilities, ACLs and read-only mounts are not looked at. */
static __always_inline bool may_write(struct task_struct *task, __u32 mode, __u32 uid, __u32 gid)
{
	if (FAST(task, cred, fsuid.val) == uid)
		return mode & 0200;
	if (FAST(task, cred, fsgid.val) == gid)
		return mode & 0020;
	return mode & 0002;
}

/* What the records' inodeFields hold. */
struct inode_facts {
	__u64 ino;
	__u32 dev;
	__u32 mode;
	__u32 uid;
	__u32 flags;
	__u32 links;
};

static __always_inline void read_inode(struct inode_facts *facts, struct task_struct *task, struct inode *inode, struct dentry *dentry)
{
	__u64 begin[OBJECT_BEGIN / 8];
	struct super_block *super;
	__u64 magic;
	__u32 gid;

	bpf_probe_read_kernel(begin, sizeof(begin), inode);
	super = PICK(begin, struct inode, inode, i_sb);
	facts->ino = PICK(begin, struct inode, inode, i_ino);
	facts->mode = PICK(begin, struct inode, inode, i_mode);
	facts->uid = PICK(begin, struct inode, inode, i_uid.val);
	facts->links = PICK(begin, struct inode, inode, i_nlink);
	gid = PICK(begin, struct inode, inode, i_gid.val);
	bpf_probe_read_kernel(begin, sizeof(begin), super);
	magic = PICK(begin, struct super_block, super, s_magic);
	facts->dev = PICK(begin, struct super_block, super, s_dev);
	facts->flags = 0;
	if (facts->links == 0)
		facts->flags |= is_memfd(dentry) ? TARSIER_FILE_MEMFD : TARSIER_FILE_DELETED;
	if (magic == OVERLAYFS_SUPER_MAGIC)
		facts->flags |= has_upper_layer(inode) ? TARSIER_FILE_UPPER_LAYER : TARSIER_FILE_LOWER_LAYER;
	else if (magic == PROC_SUPER_MAGIC && is_process_memory(dentry))
		facts->flags |= TARSIER_FILE_PROCESS_MEMORY;
	if (may_write(task, facts->mode, facts->uid, gid))
		facts->flags |= TARSIER_FILE_WRITABLE;
}

/* What struct file says of itself, by one read. */
struct opened {
	struct inode *inode;
	struct path path;
	__u32 mode;
	__u32 flags;
	/* Of the inode, where read_identity() was asked: its number, and S_IFMT of its mode. */
	__u64 ino;
	__u32 format;
};

/* `begin`: room for OBJECT_BEGIN bytes, which not every stack has; so with the next. */
static __always_inline void read_opened(struct opened *opened, struct file *file, __u64 *begin)
{
	bpf_probe_read_kernel(begin, OBJECT_BEGIN, file);
	opened->inode = PICK(begin, struct file, file, f_inode);
	opened->path = PICK(begin, struct file, file, f_path);
	opened->mode = PICK(begin, struct file, file, f_mode);
	opened->flags = PICK(begin, struct file, file, f_flags);
}

static __always_inline void read_identity(struct opened *opened, __u64 *begin)
{
	bpf_probe_read_kernel(begin, OBJECT_BEGIN, opened->inode);
	opened->ino = PICK(begin, struct inode, opened->inode, i_ino);
	opened->format = PICK(begin, struct inode, opened->inode, i_mode) & S_IFMT;
}

/* Sets the inodeFields of a record. */
#define SET_INODE(record, facts)                                                                                       \
	do {                                                                                                               \
		(record)->ino = (facts)->ino;                                                                                  \
		(record)->dev = (facts)->dev;                                                                                  \
		(record)->file_mode = (facts)->mode;                                                                           \
		(record)->file_uid = (facts)->uid;                                                                             \
		(record)->file_flags = (facts)->flags;                                                                         \
	} while (0)

static __always_inline __u64 inode_mtime_ns(struct inode *inode)
{
	if (bpf_core_field_exists(((struct inode___v6_11 *)0)->i_mtime_sec))
		return READ((struct inode___v6_11 *)inode, i_mtime_sec) * NSEC_PER_SEC + READ((struct inode___v6_11 *)inode, i_mtime_nsec);
	if (bpf_core_field_exists(((struct inode___v6_7 *)0)->__i_mtime))
		return READ((struct inode___v6_7 *)inode, __i_mtime.tv_sec) * NSEC_PER_SEC +
		       READ((struct inode___v6_7 *)inode, __i_mtime.tv_nsec);
	return READ((struct inode___old *)inode, i_mtime.tv_sec) * NSEC_PER_SEC + READ((struct inode___old *)inode, i_mtime.tv_nsec);
}

static __always_inline __u64 inode_ctime_ns(struct inode *inode)
{
	if (bpf_core_field_exists(((struct inode___v6_11 *)0)->i_ctime_sec))
		return READ((struct inode___v6_11 *)inode, i_ctime_sec) * NSEC_PER_SEC + (READ((struct inode___v6_11 *)inode, i_ctime_nsec) & ~CTIME_QUERIED);
	if (bpf_core_field_exists(((struct inode___v6_6 *)0)->__i_ctime))
		return READ((struct inode___v6_6 *)inode, __i_ctime.tv_sec) * NSEC_PER_SEC +
		       READ((struct inode___v6_6 *)inode, __i_ctime.tv_nsec);
	return READ((struct inode___old *)inode, i_ctime.tv_sec) * NSEC_PER_SEC + READ((struct inode___old *)inode, i_ctime.tv_nsec);
}

#endif
