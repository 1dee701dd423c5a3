/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 3: equal events of one process are counted, not sent.
 *
 *   begin_fold(&key, TARSIER_KIND_SIGNAL_KILL, call->type);
 *   key.a = ...; (what else tells two events apart)
 *   if (fold(&key, &folded))
 *   	return 0;
 *   slot = begin(...);
 *   carry_repeats(slot, folded);
 *
 * How many were folded is told with the next equal event, or by a record of its own (event.repeat): when another key takes the
 * place, and from flush_repeats() when no equal event has come. Nothing here needs a lock: a table is its CPU's alone, no hook of
 * softirq folds, and what does interrupt, flush_repeats() on this CPU, ends before that goes on and leaves alone what is under way.
 */
#ifndef TARSIER_FOLD_H
#define TARSIER_FOLD_H

static __always_inline __u64 mix_name(__u64 hash, struct task_struct *task)
{
	__u64 name[2];

	read_comm(name, task);
	return mix(mix(hash, name[0]), name[1]);
}

/* Older kernels need more stack for the reads: in a function of its own, they share it with what follows. */
#ifdef TARSIER_OLD_KERNEL
#define STATE_HASH __noinline
#else
#define STATE_HASH __always_inline
#endif

/* Values, where a pointer could be freed and used again within the window. The barriers save stack: nothing is read ahead. */
static STATE_HASH __u64 hash_of_state(struct task_struct *task)
{
	const struct cred *cred = FAST(task, cred);
	__u64 hash = mix_name(begin_hash(), task);
	struct nsproxy *namespaces;

	barrier();
	hash = mix_name(hash, FAST(task, group_leader));
	hash = mix(hash, (__u64)FAST(task, self_exec_id) << 32 | FAST(cred, user_ns, ns.inum));
	barrier();
	hash = mix(hash, (__u64)FAST(cred, uid.val) << 32 | FAST(cred, euid.val));
	hash = mix(hash, (__u64)FAST(cred, gid.val) << 32 | FAST(cred, egid.val));
	hash = mix(hash, WORD_OF(cred, cap_effective));
	hash = mix(hash, WORD_OF(cred, cap_permitted));
	barrier();
	namespaces = FAST(task, nsproxy);
	hash = mix(hash, FAST(task, signal, pids[PIDTYPE_SID], numbers[0].nr));
	hash = mix(hash, (__u64)FAST(task, real_parent, tgid) << 32 | (namespaces ? FAST(namespaces, mnt_ns, ns.inum) : 0));
	barrier();
	hash = mix_name(hash, FAST(task, real_parent, group_leader));
	hash = mix(hash, FAST(task, real_parent, group_leader, self_exec_id));
	barrier();
	/* Paths are told as that root sees them. */
	hash = mix(hash, FAST(task, fs, root.dentry, d_inode, i_ino));
	barrier();
	hash = mix(hash, FAST(task, cgroups, dfl_cgrp, kn, id));
	barrier();
	return hash;
}

/*
 * Fills a fold key with everything that comes from a task; a to d, flags and extra are the kind's. Those must be numbers to the
 * verifier: no pointer that FAST returned, READ it. (Helpers are called as rarely as can be here: each costs 10 to 25 ns.)
 */
static __always_inline void begin_fold_of(struct fold_key *key, struct task_struct *task, __u16 kind, __u16 type)
{
	__builtin_memset(key, 0, sizeof(*key));
	key->kind = kind;
	key->type = type;
	key->tgid = FAST(task, tgid);
	key->start_ns = FAST(task, group_leader, start_boottime);
	/* What was told before paths or filters changed is told again. */
	key->state = mix(hash_of_state(task), fold_generation());
}

static __always_inline void begin_fold(struct fold_key *key, __u16 kind, __u16 type)
{
	begin_fold_of(key, current_task(), kind, type);
}

/* Each word of the kind times another odd number, summed; the top bits are the place. */
static __always_inline __u32 fold_place(const struct fold_key *key)
{
	__u64 sum = ((__u64)key->flags << 32 | key->tgid) * 0x9e3779b97f4a7c15ull;

	/* Else the connect and the accept of one loop would push each other out. */
	sum += ((__u32)key->type << 16 | key->kind) * 0xc2b2ae3d27d4eb4full;
	sum += key->a * 0xbf58476d1ce4e5b9ull;
	sum += key->b * 0x94d049bb133111ebull;
	sum += key->c * 0xd6e8feb86659fd93ull;
	sum += key->d * 0xff51afd7ed558ccdull;
	return sum >> (64 - FOLD_BITS);
}

static __always_inline bool same_fold(const struct fold_key *one, const struct fold_key *other)
{
	const __u64 *left = (const __u64 *)one, *right = (const __u64 *)other;

#pragma unroll
	for (__u32 i = 0; i < FOLD_WORDS; i++)
		if (left[i] != right[i])
			return false;
	return true;
}

/* Whether the window of `slot` is still open. The clock (50 ns) is asked once a tick only. */
static __always_inline bool in_fold_window(struct fold_slot *slot)
{
	__u64 tick = bpf_jiffies64();

	if (tick == slot->tick)
		return true;
	if (bpf_ktime_get_ns() - slot->sent_ns >= fold_window_ns)
		return false;
	slot->tick = tick;
	return true;
}

/* What fold() gives to carry_repeats(): the place + 1, and above, how many were folded. */
#define FOLDED_SHIFT 16

/* A record being built is done or given up by then; nanoseconds. */
#define FOLD_UNDER_WAY 100000000

static __always_inline void fill_repeat(struct tarsier_event_repeat *record, const struct fold_slot *fold, __u64 count)
{
	__builtin_memset(record, 0, sizeof(*record));
	record->header.kind = TARSIER_KIND_EVENT_REPEAT;
	/* Some keys have more than the type in there. */
	record->header.type = fold->key.type & 0xff;
	record->header.cpu = bpf_get_smp_processor_id();
	record->header.time_ns = bpf_ktime_get_boot_ns();
	record->header.pid = fold->key.tgid;
	record->header.start_ns = fold->key.start_ns;
	record->header.repeat = count;
	record->of_seq = fold->seq;
	record->of_kind = fold->key.kind;
}

/* Tells how many were folded at a place of this CPU and have not been told of. 1 when it was sent. */
__noinline int tell_repeats(__u32 place)
{
	struct fold_slot *fold = bpf_map_lookup_elem(&folds, &place);
	struct slot *slot;
	__u64 count;

	if (!fold || fold->count == fold->told)
		return 0;
	COUNT(TARSIER_KIND_EVENT_REPEAT, seen);
	slot = take_slot(TARSIER_KIND_EVENT_REPEAT);
	if (!slot)
		return 0;
	count = fold->count;
	fill_repeat((void *)slot->record, fold, count - fold->told);
	slot->length = sizeof(struct tarsier_event_repeat);
	if (!send_record(slot->index))
		return 0;
	fold->told = count;
	return 1;
}

/* Whether to tell of a place now: not while an event is on its way that will, and (unless `all`) not while one can still come. */
static __always_inline bool is_trailing(const struct fold_slot *fold, bool all)
{
	__u64 age;

	if (fold->count == fold->told)
		return false;
	age = bpf_ktime_get_ns() - fold->sent_ns;
	if (!fold->sent && age < FOLD_UNDER_WAY)
		return false;
	return all || age >= fold_window_ns;
}

__noinline int flush_place(__u32 place, __u32 all)
{
	struct fold_slot *fold = bpf_map_lookup_elem(&folds, &place);

	return fold && is_trailing(fold, all) ? tell_repeats(place) : 0;
}

/*
 * Never attached: user space runs it now and then on each CPU (BPF_PROG_TEST_RUN, 5.10), so that counts arrive also of what does not
 * come again. Argument: 0, tell of closed windows; 1, of all, at the end.
 */
SEC("raw_tp")
int event_repeat__flush(struct bpf_raw_tracepoint_args *context)
{
	__u32 all = context->args[0] != 0;

	for (__u32 place = 0; place < 1 << FOLD_BITS; place++)
		flush_place(place, all);
	return 0;
}

/* The place gets another key: of the one that goes, all is told. */
static __always_inline void take_place(struct fold_slot *slot, const struct fold_key *key, __u32 place)
{
	if (slot->count != slot->told)
		tell_repeats(place);
	slot->key = *key;
	slot->count = 0;
	slot->told = 0;
}

/*
 * True when an equal event was sent from this CPU less than fold_window_ns (and a tick) ago: it is counted (seen, folded) and need
 * not be built. Else give *folded to carry_repeats() when the event is built; an event that is not sent after all leaves the window
 * closed. One table per CPU, and the clock asked once a tick, made of 400 ns per folded open 220 (an empty program takes 50), at the
 * price of one more event per CPU and window.
 */
static __always_inline bool fold(const struct fold_key *key, __u64 *folded)
{
	__u32 place = fold_place(key), kind = key->kind;
	struct fold_slot *slot = bpf_map_lookup_elem(&folds, &place);
	struct counters *count;
	bool same;

	*folded = 0;
	if (!slot || !fold_window_ns || unfolded_kinds[kind & 255] || (self_tgid && key->tgid == self_tgid))
		return false;
	same = same_fold(key, &slot->key);
	if (same && slot->sent && in_fold_window(slot)) {
		count = bpf_map_lookup_elem(&counters, &kind);
		if (count) { /* only softirq could interrupt, and what happens there is not folded */
			count->seen++;
			count->folded++;
		}
		slot->count++;
		return true;
	}
	*(volatile __u32 *)&slot->sent = 0;
	slot->sent_ns = bpf_ktime_get_ns();
	slot->tick = bpf_jiffies64();
	barrier();
	if (!same)
		take_place(slot, key, place);
	*folded = (slot->count - slot->told) << FOLDED_SHIFT | (place + 1);
	return false;
}

/* Puts what fold() counted into the record of the event that it did not fold. */
static __always_inline void carry_repeats(struct slot *slot, __u64 folded)
{
	slot->fold = folded & ((1 << FOLDED_SHIFT) - 1);
	header_of(slot)->repeat = folded >> FOLDED_SHIFT;
}

#endif
