/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 2: what user space found out about a process that keeps sending events which match nothing: which terms of a kind its
 * facts (program, arguments, name, ids, container, parent) leave possible. With it come the facts that it was found by, as user
 * space believed them; the kernel compares them with those of the moment, and where one differs there is no verdict.
 */
#ifndef TARSIER_VERDICT_H
#define TARSIER_VERDICT_H

/* Of each of 4,096 processes one for each kind that is filtered (MAX_PROCESSES in src/pipeline/verdicts.ts). */
#define MAX_VERDICTS (4 * 4096)
/* CPUs; on further ones there are no verdicts. */
#define VERDICT_CPUS 1024

struct verdict_key {
	__u32 tgid;
	__u32 kind;
};

/* Written by src/sources/ebpf/verdict-bytes.ts. */
struct verdict {
	/* Another one each time; the same as `serial_again` where no write stands between. */
	__u64 serial;
	__u64 mask;
	__u64 start_ns;
	__u64 cgroup_id;
	__u64 parent_start_ns;
	/* The set of terms that `mask` speaks of. */
	__u32 generation;
	__u32 exec_id;
	__u32 uid;
	__u32 euid;
	__u32 egid;
	__u32 mnt_ns;
	/* 0: the parent has ended, or does not matter. */
	__u32 parent_tgid;
	__u32 parent_exec_id;
	/* Of the first thread. */
	__u8 comm[16];
	__u8 parent_comm[16];
	__u64 serial_again;
};

/* As verdict-bytes.ts has it. */
_Static_assert(sizeof(struct verdict) == 112, "size of a verdict");
_Static_assert(__builtin_offsetof(struct verdict, comm) == 72, "name in a verdict");
_Static_assert(__builtin_offsetof(struct verdict, serial_again) == 104, "end of a verdict");

struct verdict_task {
	any_task __untrusted *task;
};

/* User space writes it, and takes out what has ended. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_VERDICTS);
	__type(key, struct verdict_key);
	__type(value, struct verdict);
} verdicts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, VERDICT_CPUS);
	__type(key, __u32);
	__type(value, struct verdict_task);
} verdict_tasks SEC(".maps");

/* As distrust() does it; another task that runs in between on this CPU may take the place: then it is NULL. */
static __always_inline struct task_struct *distrusted_current(void)
{
	struct task_struct *task = current_task(), *same;
	__u32 cpu = bpf_get_smp_processor_id();
	struct verdict_task *place;

	if (LINUX_KERNEL_VERSION >= VERSION(6, 4)) {
		place = bpf_map_lookup_elem(&verdict_tasks, &cpu);
		if (!place)
			return NULL;
		place->task = task;
		barrier();
		same = place->task;
		if (!same || FAST(same, pid) != FAST(task, pid))
			return NULL;
		return same;
	}
	return task;
}

static __always_inline bool same_name(struct task_struct *task, const __u8 *name)
{
	__u64 comm[2];

	read_comm(comm, task);
	return comm[0] == ((const __u64 *)name)[0] && comm[1] == ((const __u64 *)name)[1];
}

static __always_inline bool same_rights(struct task_struct *task, const struct verdict *verdict)
{
	const struct cred *cred = FAST(task, cred);
	struct nsproxy *namespaces = FAST(task, nsproxy);

	return FAST(cred, euid.val) == verdict->euid && FAST(cred, uid.val) == verdict->uid && FAST(cred, egid.val) == verdict->egid &&
	       namespaces && FAST(namespaces, mnt_ns, ns.inum) == verdict->mnt_ns &&
	       FAST(task, cgroups, dfl_cgrp, kn, id) == verdict->cgroup_id;
}

static __always_inline bool same_parent(struct task_struct *task, const struct verdict *verdict)
{
	struct task_struct *parent;

	if (!verdict->parent_tgid)
		return true;
	parent = FAST(task, real_parent, group_leader);
	return parent && FAST(parent, tgid) == verdict->parent_tgid && FAST(parent, start_boottime) == verdict->parent_start_ns &&
	       (__u32)FAST(parent, self_exec_id) == verdict->parent_exec_id && same_name(parent, verdict->parent_comm);
}

/* On kernels before 5.15 reading through pointers takes more stack than its callers leave: there are no verdicts. */
#ifndef TARSIER_OLD_KERNEL
/* A function of its own so that the verifier reads it once per program. */
__noinline __u64 verdict_of(__u32 kind, __u32 generation)
{
	struct task_struct *task = distrusted_current(), *leader;
	struct verdict_key key = { .kind = kind };
	struct verdict *verdict;
	__u64 serial, mask;

	if (!task)
		return ~0ull;
	key.tgid = FAST(task, tgid);
	verdict = bpf_map_lookup_elem(&verdicts, &key);
	if (!verdict || verdict->generation != generation)
		return ~0ull;
	/* The place of an entry may be given to another one while it is read. Words are written in order, hence read in the other. */
	serial = *(volatile __u64 *)&verdict->serial_again;
	mask = *(volatile __u64 *)&verdict->mask;
	leader = FAST(task, group_leader);
	if (!leader || FAST(leader, start_boottime) != verdict->start_ns || (__u32)FAST(task, self_exec_id) != verdict->exec_id ||
	    !same_name(leader, verdict->comm) || !same_rights(task, verdict) || !same_parent(task, verdict))
		return ~0ull;
	barrier();
	return *(volatile __u64 *)&verdict->serial == serial ? mask : ~0ull;
}
#endif

/*
 * The terms of `kind` (one bit each) that the facts of the current process leave possible: all where nothing is known. `generation`
 * names the set of terms that the event is judged by, never 0; a verdict on another set does not count.
 */
static __always_inline __u64 verdict_mask(__u32 kind, __u32 generation)
{
#ifdef TARSIER_OLD_KERNEL
	return ~0ull;
#else
	return verdict_of(kind, generation);
#endif
}

#endif
