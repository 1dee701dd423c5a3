/* SPDX-License-Identifier: GPL-2.0 */
/* Layer 1: the process that a call acts on, from the number or the pidfd that the caller gave. */
#ifndef TARSIER_TARGET_H
#define TARSIER_TARGET_H

/* 4,194,304 pids (PID_MAX_LIMIT) are four levels of six bits. */
#define PID_TREE_LEVELS 4
#define XA_SLOT_BITS 6
#define PID_FS_MAGIC 0x50494446
#define PIDFD_SELF_THREAD -10000
#define PIDFD_SELF_THREAD_GROUP -10001

/* What the records' targetFields hold, and the thread. */
struct target {
	__u64 start_ns;
	__u32 pid;
	__u32 tid;
};

/* Since 6.9 a pidfd is a file of pidfs, and its inode holds the struct pid; before, the file held it. */
static __always_inline struct pid *pid_of_file(struct file *file)
{
	struct inode *inode = READ(file, f_inode);
	__u64 magic = READ(inode, i_sb, s_magic);

	if (magic == PID_FS_MAGIC)
		return READ(inode, i_private);
	/* pidfd_send_signal takes a directory of /proc, too. */
	if (magic == PROC_SUPER_MAGIC)
		return READ((struct proc_inode *)((void *)inode - bpf_core_field_offset(struct proc_inode, vfs_inode)), pid);
	return READ(file, private_data);
}

static __always_inline struct pid_namespace *own_pid_namespace(struct task_struct *task)
{
	struct pid *id = FAST(task, thread_pid);
	struct upid own = {};

	bpf_probe_read_kernel(&own, sizeof(own),
			      (void *)id + bpf_core_field_offset(struct pid, numbers) + FAST(id, level) * sizeof(own));
	return own.ns;
}

/*
 * What find_vpid() does: the namespace keeps its numbers in an XArray (lib/xarray.c), six bits a level, whose inner nodes are
 * marked by 2 in the low bits. NULL when nothing has that number any more.
 */
static __always_inline struct pid *pid_of_number(struct task_struct *task, __u32 number)
{
	struct pid_namespace *namespace = own_pid_namespace(task);
	__u64 entry = (__u64)READ(namespace, idr.idr_rt.xa_head);
	__u64 index = 0;

#pragma unroll
	for (int level = 0; level < PID_TREE_LEVELS; level++) {
		struct xa_node *node = (struct xa_node *)(entry - 2);

		if ((entry & 3) != 2)
			break;
		index = number >> READ(node, shift);
		if (level == 0 && index >> XA_SLOT_BITS)
			return NULL;
		index &= (1 << XA_SLOT_BITS) - 1;
		bpf_probe_read_kernel(&entry, sizeof(entry), (void *)node + bpf_core_field_offset(struct xa_node, slots) + index * sizeof(entry));
	}
	return entry & 3 ? NULL : (struct pid *)entry;
}

/* Fills what can be known of the task behind `id`. */
static __always_inline void read_target(struct target *target, struct pid *id)
{
	struct hlist_node *link;
	struct task_struct *task;

	if (!id)
		return;
	link = READ(id, tasks[PIDTYPE_PID].first);
	if (!link) {
		/* Already reaped: the number of the leader is that of the process. */
		target->pid = READ(id, numbers[0].nr);
		return;
	}
	task = (void *)link - bpf_core_field_offset(struct task_struct, pid_links);
	target->tid = READ(task, pid);
	target->pid = READ(task, tgid);
	target->start_ns = READ(task, group_leader, start_boottime);
}

static __always_inline void target_self(struct target *target, struct task_struct *task)
{
	target->tid = FAST(task, pid);
	target->pid = FAST(task, tgid);
	target->start_ns = FAST(task, group_leader, start_boottime);
}

/* By number in the caller's pid namespace; 0 and negative numbers name groups, which have no one target. */
static __always_inline void target_of_number(struct target *target, __s32 number)
{
	struct task_struct *task = current_task();

	__builtin_memset(target, 0, sizeof(*target));
	if (number <= 0)
		return;
	read_target(target, pid_of_number(task, number));
	if (!target->pid && FAST(task, thread_pid, level) == 0)
		target->pid = number;
}

static __always_inline void target_of_pidfd(struct target *target, __s32 fd)
{
	struct task_struct *task = current_task();
	struct file *file = file_of(task, fd);

	__builtin_memset(target, 0, sizeof(*target));
	if (fd == PIDFD_SELF_THREAD || fd == PIDFD_SELF_THREAD_GROUP)
		target_self(target, task);
	else if (file)
		read_target(target, pid_of_file(file));
}

/* Sets the targetFields of a record. */
#define SET_TARGET(record, target, given)                                                                              \
	do {                                                                                                               \
		(record)->target_start_ns = (target)->start_ns;                                                                \
		(record)->target_pid = (target)->pid;                                                                          \
		(record)->target_given_pid = (given);                                                                          \
	} while (0)

#endif
