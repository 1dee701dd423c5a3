/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 3: whom the kernel side kills by itself (src/events/kernel-kill.ts): processes for whose event a condition holds exactly, told by its class and by program,
 * name and user. Unlike a filter, which may let too much pass, nothing here may hold for an event for which the rule does not: what is not known for sure
 * is no. As there, a condition is at most 64 terms, each a bit, and the tables have two halves, of which the loader fills the one that is not in use.
 *
 * The task is in the call that is told, or behind an exec: it dies before it is back in its program.
 */
#ifndef TARSIER_KILL_H
#define TARSIER_KILL_H

#define KILL_CLASSES 128
#define KILL_TEXT 64
#define SIGKILL 9
/* A bit of the record that no text of these kinds has. */
#define KILL_PATH_BIT 31

/* What the key of kill_values names; as src/sources/ebpf/filters/kill-tables.ts has them. */
enum {
	KILL_EXE = 1, /* `extra` is the length of the path */
	KILL_EXE_NOT = 2,
	KILL_COMM = 3,
	KILL_COMM_NOT = 4,
	KILL_UID = 5,
	KILL_UID_NOT = 6,
	KILL_EXEMPT = 7, /* `extra` is the device, the value the inode of a program that is not killed where it runs as it is meant to */
};

/* What KILL_EXEMPT says: the number of the host's mount namespace, of whose processes it holds, or that it holds of the agent's children alone. */
#define EXEMPT_NAMESPACE 0xffffffffull
#define EXEMPT_CHILDREN (1ull << 32)

/* Of one kind in one half: the terms that have a test of that sort. */
struct kill_kind {
	/* 0: none of its processes is killed. */
	__u64 terms;
	__u64 exe;
	__u64 exe_not;
	__u64 comm;
	__u64 comm_not;
	__u64 uid;
	__u64 uid_not;
};

_Static_assert(sizeof(struct kill_kind) == 56, "value of kill_kinds");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * FILTER_KINDS);
	__type(key, __u32);
	__type(value, struct kill_kind);
} kill_kinds SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * FILTER_KINDS * KILL_CLASSES);
	__type(key, __u32);
	__type(value, __u64);
} kill_classes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct filter_key);
	__type(value, __u64);
} kill_values SEC(".maps");

/* 0: nobody is killed. The lowest bit is the half that is in use. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} kill_generation SEC(".maps");

static __always_inline __u64 kill_terms_of(__u32 half, __u32 kind, __u16 what, __u32 extra, __u64 value)
{
	struct filter_key key = { .half = half, .kind = kind, .what = what, .extra = extra, .value = value };
	const __u64 *terms = bpf_map_lookup_elem(&kill_values, &key);

	return terms ? *terms : 0;
}

static __always_inline __u32 current_kills(void)
{
	__u32 zero = 0;
	const __u32 *generation = bpf_map_lookup_elem(&kill_generation, &zero);

	return generation ? *(const volatile __u32 *)generation : 0;
}

static __always_inline struct file *exe_of_current(void)
{
	struct mm_struct *memory = FAST(current_task(), mm);

	return memory ? READ(memory, exe_file) : NULL;
}

/* The program's path, behind what the record has already; taken away again before it is sent. False when it is not known whole. */
static __always_inline bool append_exe(struct slot *slot, struct file *exe, __u32 *value)
{
	__u32 bit = 1u << KILL_PATH_BIT;

	*value = append_file_path(slot, KILL_PATH_BIT, PATH_MAX_SIZE, exe);
	if (!(header_of(slot)->truncated & bit))
		return *value >> 16 != 0;
	header_of(slot)->truncated &= ~bit;
	return false;
}

/* hashOf() of src/sources/ebpf/filters/text-hash.ts. 0: longer than any that a term has. The place where paths were walked is free by now. */
static __always_inline __u64 hash_of_exe(struct slot *slot, __u32 value)
{
	__u32 at = value & (RECORD_SPACE - 1), size = value >> 16;

	if (size >= KILL_TEXT)
		return 0;
	__builtin_memset(slot->path, 0, KILL_TEXT);
	bpf_probe_read_kernel(slot->path, size & (KILL_TEXT - 1), slot->record + at);
	return hash_of_words((const __u64 *)slot->path);
}

/* The terms that the program leaves: its path is asked for only where a term speaks of it. */
static __always_inline __u64 exe_terms(struct slot *slot, const struct kill_kind *of, __u32 half, __u64 terms)
{
	__u32 kind = header_of(slot)->kind, before = slot->length, value = 0;
	struct file *exe = exe_of_current();
	__u64 hash;
	bool known;

	if (!(terms & (of->exe | of->exe_not)))
		return terms;
	known = exe && append_exe(slot, exe, &value);
	slot->length = before;
	if (!known)
		return terms & ~(of->exe | of->exe_not);
	hash = hash_of_exe(slot, value);
	terms &= ~of->exe | kill_terms_of(half, kind, KILL_EXE, value >> 16, hash);
	return terms & ~(of->exe_not & kill_terms_of(half, kind, KILL_EXE_NOT, value >> 16, hash));
}

static __always_inline __u64 task_terms(struct task_struct *task, const struct kill_kind *of, __u32 half, __u32 kind, __u64 terms)
{
	__u64 name = hash_of_comm(FAST(task, group_leader)), user = FAST(task, cred, euid.val);

	terms &= ~of->comm | kill_terms_of(half, kind, KILL_COMM, 0, name);
	terms &= ~(of->comm_not & kill_terms_of(half, kind, KILL_COMM_NOT, 0, name));
	terms &= ~of->uid | kill_terms_of(half, kind, KILL_UID, 0, user);
	return terms & ~(of->uid_not & kill_terms_of(half, kind, KILL_UID_NOT, 0, user));
}

#define FOREBEARS 3

/*
 * Everybody may start sshd, and by LD_PRELOAD make it do what he likes: so only where root does, or where it became of root's own process, as with a
 * login. Never through process 1: to it come all whose parents end.
 */
static __always_inline bool runs_as_meant(void)
{
	struct file *exe = exe_of_current();
	struct inode *program = exe ? READ(exe, f_inode) : NULL;
	struct task_struct *task = current_task();

#pragma unroll
	for (int i = 0; i < FOREBEARS; i++) {
		if (READ(task, cred, uid.val) == 0)
			return true;
		task = READ(task, real_parent, group_leader);
		if (!program || READ(task, tgid) <= 1 || READ(task, mm, exe_file, f_inode) != program)
			return false;
	}
	return READ(task, cred, uid.val) == 0;
}

static __always_inline bool is_exempt(__u32 half)
{
	struct file *exe = exe_of_current();
	struct inode *inode = exe ? READ(exe, f_inode) : NULL;
	struct task_struct *task = current_task();
	__u64 whose;

	if (!inode)
		return true;
	whose = kill_terms_of(half, 0, KILL_EXEMPT, READ(inode, i_sb, s_dev), READ(inode, i_ino));
	if (whose & EXEMPT_CHILDREN && self_tgid && READ(task, real_parent, tgid) == self_tgid)
		return true;
	return whose & EXEMPT_NAMESPACE && (whose & EXEMPT_NAMESPACE) == READ(task, nsproxy, mnt_ns, ns.inum) && runs_as_meant();
}

/* 1 when the process of the record is to die. A function of its own, so that the verifier reads it once per program. */
__noinline int is_to_die(__u32 index, __u32 class)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);
	__u32 generation = current_kills(), half = generation & 1, at;
	const struct kill_kind *of;
	const __u64 *possible;
	struct task_struct *task;
	__u64 terms;

	if (!slot || !generation)
		return 0;
	at = half * FILTER_KINDS + (header_of(slot)->kind & (FILTER_KINDS - 1));
	of = bpf_map_lookup_elem(&kill_kinds, &at);
	if (!of || !of->terms)
		return 0;
	at = at * KILL_CLASSES + (class & (KILL_CLASSES - 1));
	possible = bpf_map_lookup_elem(&kill_classes, &at);
	terms = possible ? *possible & of->terms : 0;
	task = distrust(slot, current_task());
	/* The first process is that of the host. */
	if (!terms || !task || FAST(task, tgid) == 1 || FAST(task, flags) & PF_KTHREAD)
		return 0;
	terms = task_terms(task, of, half, header_of(slot)->kind, terms);
	if (terms)
		terms = exe_terms(slot, of, half, terms);
	return terms && !is_exempt(half);
}

/* emit(), but a condition that holds kills the process. The signal waits until the hook is done: the record is sent before it dies. */
static __always_inline int emit_or_kill(struct slot *slot, __u32 class)
{
#ifndef TARSIER_OLD_KERNEL
	if (current_kills() && is_to_die(slot->index, class) && bpf_send_signal(SIGKILL) == 0) {
		header_of(slot)->flags |= TARSIER_FLAG_KILLED;
		COUNT(header_of(slot)->kind, killed);
	}
#endif
	return emit(slot);
}

#endif
