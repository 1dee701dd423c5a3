/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 3: what the kernel side denies by itself, at hooks of LSM, before it is done (src/events/denial.ts). As in 3-kill.h a term holds for an act only
 * where the rule surely does: what is not known for sure is no. A condition is at most DENY_TERMS terms, each a bit; each look-up takes away those
 * that do not hold. The tables have two halves, of which the loader fills the one that is not in use.
 *
 * Unlike tracepoints these hooks may be preempted: what they need lies in their slot, which is taken by one instruction.
 */
#ifndef TARSIER_DENY_H
#define TARSIER_DENY_H

#define DENY_CLASSES 128
/* A longer text is the value of no term. */
#define DENY_TEXT 64
#define DENY_PREFIX 92
#define EPERM 1

/* In the order of DENIAL_FACTS. */
enum deny_fact { DENY_EXE, DENY_COMM, DENY_PARENT, DENY_EUID, DENY_PATH, DENY_NAME, DENY_NUMBER, DENY_ADDRESS, DENY_FACTS };
/* Beside a fact in a key: the value is one of those that must not be. */
#define DENY_NOT 0x80
/* A program to whose processes nothing is denied: of kind 0. */
#define DENY_EXEMPT 0x7f
/* Whoever runs it; or only where it runs as it is meant to. */
#define EXEMPT_ANYBODYS 1
#define EXEMPT_OF_ROOT 2

/* The terms that ask for one of some values, and those that ask for none of some. */
struct deny_test {
	__u64 any;
	__u64 none;
};

/* One kind in one half. */
struct deny_kind {
	/* 0: nothing is denied. */
	__u64 terms;
	/* Those that deny; the others are only told. */
	__u64 acting;
	/* Those that hold in the mount namespace of the host alone. */
	__u64 on_host;
	/* Those that ask how a path begins. */
	__u64 begins;
	struct deny_test tests[DENY_FACTS];
	__u32 host_mnt_ns;
	__u32 unused;
};

struct deny_prefix {
	__u32 bits;
	__u8 half;
	__u8 kind;
	__u8 fact;
	/* Of an address: 4 or 6. */
	__u8 family;
	__u8 text[DENY_PREFIX];
};

/* As src/sources/ebpf/filters/denial-tables.ts has them. */
_Static_assert(sizeof(struct deny_kind) == 168, "value of deny_kinds");
_Static_assert(sizeof(struct deny_prefix) == 100, "key of deny_prefixes");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * FILTER_KINDS);
	__type(key, __u32);
	__type(value, struct deny_kind);
} deny_kinds SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * FILTER_KINDS * DENY_CLASSES);
	__type(key, __u32);
	__type(value, __u64);
} deny_classes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct filter_key);
	__type(value, __u64);
} deny_values SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct deny_prefix);
	__type(value, __u64);
} deny_prefixes SEC(".maps");

/* 0: nothing is denied. The lowest bit is the half that is in use. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} deny_generation SEC(".maps");

/* One act while it is judged. */
struct denial {
	const struct deny_kind *of;
	/* What can still hold. */
	__u64 terms;
	__u32 generation;
	__u32 half;
	__u32 kind;
};

/* Where keys are made and sockets are read: the place of paths, free once a path has been copied. */
struct deny_work {
	struct deny_prefix prefix;
	__u32 unused;
	__u64 words[FILTER_WORDS];
	struct socket_facts facts;
	struct given_address given;
};
_Static_assert(sizeof(struct deny_work) <= PATH_SPACE, "room of a slot");

static __always_inline struct deny_work *deny_work_of(struct slot *slot)
{
	return (struct deny_work *)slot->path;
}

static __always_inline __u64 deny_terms_of(__u32 half, __u32 kind, __u16 what, __u32 extra, __u64 value)
{
	struct filter_key key = { .half = half, .kind = kind, .what = what, .extra = extra, .value = value };
	const __u64 *terms = bpf_map_lookup_elem(&deny_values, &key);

	return terms ? *terms : 0;
}

static __always_inline bool asks_for(const struct denial *denial, enum deny_fact fact)
{
	return denial->terms & (denial->of->tests[fact].any | denial->of->tests[fact].none);
}

/* The fact is not known for sure. */
static __always_inline void deny_unknown(struct denial *denial, enum deny_fact fact)
{
	denial->terms &= ~(denial->of->tests[fact].any | denial->of->tests[fact].none);
}

static __always_inline void deny_by(struct denial *denial, enum deny_fact fact, __u64 any, __u64 none)
{
	denial->terms &= ~denial->of->tests[fact].any | any;
	denial->terms &= ~(denial->of->tests[fact].none & none);
}

static __always_inline void deny_number(struct denial *denial, enum deny_fact fact, __u64 value)
{
	if (asks_for(denial, fact))
		deny_by(denial, fact, deny_terms_of(denial->half, denial->kind, fact, 0, value),
			deny_terms_of(denial->half, denial->kind, fact | DENY_NOT, 0, value));
}

static __always_inline void deny_comm(struct denial *denial, enum deny_fact fact, struct task_struct *leader)
{
	if (asks_for(denial, fact))
		deny_number(denial, fact, hash_of_comm(leader));
}

static __always_inline __u64 deny_prefix_terms(struct deny_prefix *key)
{
	const __u64 *terms = bpf_map_lookup_elem(&deny_prefixes, key);

	return terms ? *terms : 0;
}

/* The terms of which a value of `what` is the text of the record or its beginning. A function of its own, for the verifier. */
__noinline __u64 deny_text_terms(__u32 index, __u32 half, __u32 kind_and_what, __u32 value)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);
	__u32 at = value & (RECORD_SPACE - 1), size = value >> 16;
	struct deny_work *work;
	__u64 terms = 0;

	if (!slot)
		return 0;
	work = deny_work_of(slot);
	work->prefix.half = half;
	work->prefix.kind = kind_and_what >> 8;
	work->prefix.fact = kind_and_what;
	work->prefix.family = 0;
	work->prefix.bits = 32 + 8 * (size < DENY_PREFIX ? size : DENY_PREFIX);
	bpf_probe_read_kernel(work->prefix.text, DENY_PREFIX, slot->record + at);
	terms = deny_prefix_terms(&work->prefix);
	if (size >= DENY_TEXT)
		return terms;
	__builtin_memset(work->words, 0, sizeof(work->words));
	bpf_probe_read_kernel(work->words, size & (DENY_TEXT - 1), slot->record + at);
	return terms | deny_terms_of(half, kind_and_what >> 8, kind_and_what & 0xff, 0, hash_of_words(work->words));
}

/* A text of the record; one that was cut, or is empty, is not known. */
static __always_inline void deny_text(struct denial *denial, struct slot *slot, enum deny_fact fact, __u32 value, __u32 bit)
{
	const struct deny_test *test = &denial->of->tests[fact];
	__u64 any = 0, none = 0;

	if (!asks_for(denial, fact))
		return;
	if (!(value >> 16) || header_of(slot)->truncated & 1u << bit) {
		deny_unknown(denial, fact);
		return;
	}
	if (denial->terms & test->any)
		any = deny_text_terms(slot->index, denial->half, denial->kind << 8 | fact, value);
	if (denial->terms & test->none)
		none = deny_text_terms(slot->index, denial->half, denial->kind << 8 | fact | DENY_NOT, value);
	deny_by(denial, fact, any, none);
}

/* The terms with a network that holds the address; `words` as in struct socket_facts. */
static __always_inline __u64 deny_net_terms(struct denial *denial, struct slot *slot, __u8 fact, __u16 family, const __u64 *words)
{
	struct deny_prefix *key = &deny_work_of(slot)->prefix;

	key->half = denial->half;
	key->kind = denial->kind;
	key->fact = fact;
	key->family = family == AF_INET ? 4 : 6;
	key->bits = 32 + (family == AF_INET ? 32 : 128);
	__builtin_memcpy(key->text, words, 16);
	return deny_prefix_terms(key);
}

static __always_inline void deny_address(struct denial *denial, struct slot *slot, __u16 family, const __u64 *words)
{
	if (asks_for(denial, DENY_ADDRESS))
		deny_by(denial, DENY_ADDRESS, deny_net_terms(denial, slot, DENY_ADDRESS, family, words),
			deny_net_terms(denial, slot, DENY_ADDRESS | DENY_NOT, family, words));
}

/* Without the terms that do not hold for acts of that class. */
static __always_inline void deny_class(struct denial *denial, __u32 class)
{
	__u32 index = (denial->half * FILTER_KINDS + denial->kind) * DENY_CLASSES + (class & (DENY_CLASSES - 1));
	const __u64 *terms = bpf_map_lookup_elem(&deny_classes, &index);

	denial->terms &= terms ? *terms : 0;
}

/* Process 1, threads of the kernel, the agent, and what it starts. */
static __always_inline bool is_never_denied(struct task_struct *task)
{
	if (FAST(task, tgid) == 1 || FAST(task, flags) & PF_KTHREAD)
		return true;
	return self_tgid && (FAST(task, tgid) == self_tgid || FAST(task, real_parent, tgid) == self_tgid);
}

/* False where no term of the kind can hold for what the current task is about to do: most acts end here. */
static __always_inline bool begin_denial(struct denial *denial, __u32 kind)
{
	__u32 zero = 0, index;
	const __u32 *generation = bpf_map_lookup_elem(&deny_generation, &zero);
	struct task_struct *task = current_task();

	denial->generation = generation ? *(const volatile __u32 *)generation : 0;
	if (!denial->generation)
		return false;
	denial->half = denial->generation & 1;
	denial->kind = kind;
	index = denial->half * FILTER_KINDS + kind;
	denial->of = bpf_map_lookup_elem(&deny_kinds, &index);
	if (!denial->of || !denial->of->terms || is_never_denied(task))
		return false;
	denial->terms = denial->of->terms;
	if (denial->terms & denial->of->on_host && FAST(task, nsproxy, mnt_ns, ns.inum) != denial->of->host_mnt_ns)
		denial->terms &= ~denial->of->on_host;
	deny_comm(denial, DENY_COMM, FAST(task, group_leader));
	deny_comm(denial, DENY_PARENT, FAST(task, real_parent, group_leader));
	return denial->terms != 0;
}

/* As take_slot(), in one instruction: another task may preempt this one on the same CPU. */
static __always_inline struct slot *claim_slot(__u16 kind)
{
	__u32 first = 1 + bpf_get_smp_processor_id() * SCRATCH_LEVELS;

#pragma unroll
	for (__u32 level = 0; level < SCRATCH_LEVELS; level++) {
		__u32 index = first + level;
		struct slot *slot = bpf_map_lookup_elem(&scratch, &index);

		if (!slot)
			break;
		if (__sync_val_compare_and_swap(&slot->busy, 0, 1))
			continue;
		slot->index = index;
		slot->level = level;
		slot->fold = 0;
		return slot;
	}
	COUNT(kind, lost_nested);
	return NULL;
}

/* Begins the record of the act, as it will be when it is done. NULL when there is no room: then it is allowed, and counted. */
static __always_inline struct slot *open_denial(const struct denial *denial, __u32 fixed, __u16 type)
{
	struct slot *slot = claim_slot(denial->kind);
	struct task_struct *task;

	if (!slot)
		return NULL;
	task = distrust(slot, current_task());
	open_record(slot, denial->kind, fixed, task);
	header_of(slot)->type = type;
	header_of(slot)->flags = TARSIER_FLAG_DENIAL;
	return slot;
}

/* Of a path that is longer than any name all that is known is that no text is equal to it; anybody gets there step by step, so that no rule about places is left out. */
static __always_inline void deny_out_of_reach(struct denial *denial)
{
	denial->terms &= ~denial->of->tests[DENY_PATH].any | denial->of->begins;
}

/* The program that acts, where a term speaks of it: its path is taken away again. Not for an exec, whose program is the one to be. */
static __always_inline void deny_exe(struct denial *denial, struct slot *slot)
{
	__u32 before = slot->length, value = 0;
	struct file *exe;

	if (!asks_for(denial, DENY_EXE))
		return;
	exe = exe_of_current();
	if (exe && append_exe(slot, exe, &value))
		deny_text(denial, slot, DENY_EXE, value, KILL_PATH_BIT);
	else if (value >> 16)
		deny_by(denial, DENY_EXE, 0, 0); /* too long to be one that a rule names, wherever it lies */
	else
		deny_unknown(denial, DENY_EXE);
	slot->length = before;
}

/*
 * Whether a protected program acts: by its full path in the mount namespace of the host, whatever root it was given. The last question: paths of the
 * record are complete by now.
 */
static __always_inline bool deny_is_exempt(const struct denial *denial, struct slot *slot)
{
	struct file *exe = exe_of_current();
	__u32 before = slot->length, value = 0;
	__u64 whose;
	bool known;

	if (FAST(current_task(), nsproxy, mnt_ns, ns.inum) != denial->of->host_mnt_ns || !exe)
		return false;
	slot->root_dentry = 0;
	slot->root_mount = 0;
	known = append_exe(slot, exe, &value);
	slot->length = before;
	whose = known ? deny_text_terms(slot->index, denial->half, DENY_EXEMPT, value) : 0;
	return whose & EXEMPT_ANYBODYS || (whose & EXEMPT_OF_ROOT && runs_as_meant());
}

/* Ends the judgement: what is left holds. Tells it, and says what the hook returns. A record for which there is no room is counted as lost. */
static __always_inline int end_denial(struct denial *denial, struct slot *slot)
{
	struct tarsier_header *header = header_of(slot);
	int verdict;

	if (!denial->terms || deny_is_exempt(denial, slot))
		return drop(slot);
	verdict = denial->terms & denial->of->acting ? -EPERM : 0;
	header->result = denial->terms;
	header->repeat = denial->generation;
	COUNT(denial->kind, seen);
	if (reserve_reached()) {
		next_sequence(slot);
		release_slot(slot);
		COUNT(denial->kind, lost_reserved);
		return verdict;
	}
	emit(slot);
	return verdict;
}

#endif
