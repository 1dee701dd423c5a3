/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 3: the life of a record.
 *
 *   static __always_inline int file_unlink(const struct call *call)
 *   {
 *   	struct slot *slot = begin(TARSIER_KIND_FILE_UNLINK, sizeof(struct tarsier_file_unlink), call);
 *   	struct tarsier_file_unlink *record;
 *
 *   	if (!slot)
 *   		return 0;
 *   	record = (void *)slot->record;
 *   	record->dirfd = AT_FDCWD;
 *   	record->raw_path = append_user_text(slot, LIMIT(FILE_UNLINK, RAW_PATH), (void *)call->args[0]);
 *   	record->path = append_named_path(slot, LIMIT(FILE_UNLINK, PATH), AT_FDCWD, record->raw_path);
 *   	return emit(slot);
 *   }
 *   SYSCALL(file_unlink, unlink, UNLINK, file_unlink)
 *   COMPAT(file_unlink, 10, unlink, UNLINK, file_unlink)
 *
 * Between begin() and emit() or drop() every path must end in one of the two, else the slot stays taken.
 */
#ifndef TARSIER_EMIT_H
#define TARSIER_EMIT_H

static __always_inline void fill_family(struct tarsier_header *header, struct task_struct *task)
{
	struct signal_struct *signal = FAST(task, signal);
	struct tty_struct *tty = FAST(signal, tty);

	header->pid = FAST(task, tgid);
	header->tid = FAST(task, pid);
	header->start_ns = FAST(task, group_leader, start_boottime);
	header->ppid = FAST(task, real_parent, tgid);
	header->parent_start_ns = FAST(task, real_parent, group_leader, start_boottime);
	header->sid = FAST(signal, pids[PIDTYPE_SID], numbers[0].nr);
	if (tty)
		header->tty = FAST(tty, driver, major) << 20 | (FAST(tty, driver, minor_start) + FAST(tty, index));
}

static __always_inline void fill_rights(struct tarsier_header *header, struct task_struct *task)
{
	const struct cred *cred = FAST(task, cred);

	header->uid = FAST(cred, uid.val);
	header->gid = FAST(cred, gid.val);
	header->euid = FAST(cred, euid.val);
	header->egid = FAST(cred, egid.val);
	header->user_ns = FAST(cred, user_ns, ns.inum);
	/* Their type changed in 6.3, their size did not. */
	header->cap_inheritable = WORD_OF(cred, cap_inheritable);
	header->cap_permitted = WORD_OF(cred, cap_permitted);
	header->cap_effective = WORD_OF(cred, cap_effective);
	header->loginuid = -1;
	if (bpf_core_field_exists(((struct task_struct___audit *)0)->loginuid))
		header->loginuid = FAST((struct task_struct___audit *)task, loginuid.val);
}

static __always_inline void fill_place(struct tarsier_header *header, struct task_struct *task)
{
	struct nsproxy *namespaces = FAST(task, nsproxy);
	struct pid *id = FAST(task, thread_pid);

	header->cgroup_id = FAST(task, cgroups, dfl_cgrp, kn, id);
	if (namespaces) {
		header->mnt_ns = FAST(namespaces, mnt_ns, ns.inum);
		header->net_ns = FAST(namespaces, net_ns, ns.inum);
	}
	if (FAST(id, level) == 0) {
		header->vpid = header->pid;
		header->vtid = header->tid;
		header->pid_ns = FAST(id, numbers[0].ns, ns.inum);
	} else {
		header->vtid = own_id(id, &header->pid_ns);
		header->vpid = own_id(FAST(task, group_leader, thread_pid), NULL);
	}
}

/* Fills everything of the header that comes from a task; in parts, for which the compiler keeps less on the stack. */
static __always_inline void fill_task(struct tarsier_header *header, struct task_struct *task)
{
	fill_family(header, task);
	barrier();
	fill_rights(header, task);
	barrier();
	fill_place(header, task);
	barrier();
	read_comm(header->comm, task);
}

/* Takes the free slot of the lowest level on this CPU. A hook that interrupts another one ends before that goes on. */
static __always_inline struct slot *take_slot(__u16 kind)
{
	__u32 first = 1 + bpf_get_smp_processor_id() * SCRATCH_LEVELS;

#pragma unroll
	for (__u32 level = 0; level < SCRATCH_LEVELS; level++) {
		__u32 index = first + level;
		struct slot *slot = bpf_map_lookup_elem(&scratch, &index);

		if (!slot)
			break;
		if (slot->busy)
			continue;
		*(volatile __u32 *)&slot->busy = 1;
		slot->index = index;
		slot->level = level;
		return slot;
	}
	COUNT(kind, lost_nested);
	return NULL;
}

static __always_inline void release_slot(struct slot *slot)
{
	barrier();
	*(volatile __u32 *)&slot->busy = 0;
}

/* Gives the next number: also to a record that is then lost, so that the loss is a gap. */
static __always_inline __u64 next_sequence(struct slot *slot)
{
	return slot->sequence++ | (__u64)slot->level << TARSIER_SEQUENCE_LEVEL_SHIFT;
}

/* Size of the ring; asked once, as each query costs some 15 ns. */
static __always_inline __u64 ring_size(void)
{
	if (!known_ring_size)
		known_ring_size = bpf_ringbuf_query(&events, BPF_RB_RING_SIZE);
	return known_ring_size;
}

static __always_inline bool reserve_reached(void)
{
	return bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > ring_size() - ring_size() / 4;
}

/* Zeroes the fixed part and fills the header, but for what emit() knows. */
static __always_inline void open_record(struct slot *slot, __u16 kind, __u32 fixed, struct task_struct *trusted)
{
	struct tarsier_header *header = header_of(slot);
	struct task_struct *task = distrust(slot, trusted);

	if (!task)
		return;
	__builtin_memset(slot->record, 0, FIXED_SPACE);
	slot->length = fixed;
	set_root(slot, task);
	fill_task(header, task);
	header->time_ns = bpf_ktime_get_boot_ns();
	header->kind = kind;
	header->cpu = bpf_get_smp_processor_id();
}

/*
 * The same about the current task. A function of its own, as is send_record(): in each of 250 programs, they made most of the
 * object, of the 20 s that clang took for it, and of what the verifier had to read.
 */
__noinline int open_current(__u32 index, __u32 kind, __u32 fixed)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);

	if (slot)
		open_record(slot, kind, fixed, current_task());
	return 0;
}

/*
 * Begins a record of `kind` about `task`, the current one, with `fixed` bytes of fixed part, zeroed. NULL when there is nothing to do: the event
 * is the agent's own, no slot is free, or (bulk) the ring is 3/4 full; each is counted.
 */
static __always_inline struct slot *begin_about(struct task_struct *task, __u16 kind, __u32 fixed, bool bulk)
{
	struct slot *slot;

	COUNT(kind, seen);
	if (self_tgid && FAST(task, tgid) == self_tgid)
		return NULL;
	slot = take_slot(kind);
	if (!slot)
		return NULL;
	if (bulk && reserve_reached()) {
		next_sequence(slot);
		release_slot(slot);
		COUNT(kind, lost_reserved);
		return NULL;
	}
	open_current(slot->index, kind, fixed);
	return slot;
}

static __always_inline void set_call(struct slot *slot, const struct call *call)
{
	struct tarsier_header *header = header_of(slot);

	header->result = call->ret;
	header->type = call->type;
	header->flags = call->flags;
}

/* Begins a record about a call of the current task. */
static __always_inline struct slot *begin(__u16 kind, __u32 fixed, const struct call *call)
{
	struct slot *slot = begin_about(current_task(), kind, fixed, false);

	if (slot)
		set_call(slot, call);
	return slot;
}

/* The same for what may come in floods: it leaves a quarter of the ring to the others. */
static __always_inline struct slot *begin_bulk(__u16 kind, __u32 fixed, const struct call *call)
{
	struct slot *slot = begin_about(current_task(), kind, fixed, true);

	if (slot)
		set_call(slot, call);
	return slot;
}

/* Gives a record up: a filter that needed its texts said no. Not a loss. */
static __always_inline int drop(struct slot *slot)
{
	release_slot(slot);
	return 0;
}

/* Ends the record: pads it to 8 bytes and returns its size, at most RECORD_SPACE - 8. */
static __always_inline __u32 close_record(struct slot *slot)
{
	__u32 length = slot->length & (RECORD_SPACE - 1);
	__u32 size = (length + 7) & (RECORD_SPACE - 8);

#pragma unroll
	for (int i = 0; i < 8; i++)
		slot->record[length + i] = 0;
	header_of(slot)->size = size;
	return size;
}

/* Whether to wake the consumer; see consumer_waits in maps.h. */
static __always_inline __u64 wake_flags(void)
{
	if (consumer_waits)
		return 0;
	if (bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > ring_size() / 2)
		return BPF_RB_FORCE_WAKEUP;
	return BPF_RB_NO_WAKEUP;
}

__noinline int send_record(__u32 index)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);
	__u16 kind;
	__u32 size;

	if (!slot)
		return 0;
	kind = header_of(slot)->kind;
	size = close_record(slot);
	header_of(slot)->seq = next_sequence(slot);
	if (bpf_ringbuf_output(&events, slot->record, size, wake_flags()))
		COUNT(kind, lost_full);
	else
		COUNT(kind, sent);
	release_slot(slot);
	return 0;
}

/* Sends the record and frees its slot. Always returns 0, for the program to return. */
static __always_inline int emit(struct slot *slot)
{
	return send_record(slot->index);
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
	key->exec_id = FAST(task, self_exec_id);
	key->cred = (__u64)FAST(task, cred);
	read_comm(key->comm, task);
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

/*
 * True when an equal event was sent from this CPU less than fold_window_ns (and a tick) ago: it is counted (seen, folded) and need
 * not be built. Else *repeat is how many were folded since the last one; put it into header.repeat. One table per CPU, and
 * the clock asked once a tick, made of 400 ns per folded open 220 (an empty program takes 50), at the price of one more event per
 * CPU and window.
 */
static __always_inline bool fold(const struct fold_key *key, __u32 *repeat)
{
	__u32 place = fold_place(key), kind = key->kind;
	struct fold_slot *slot = bpf_map_lookup_elem(&folds, &place);
	struct counters *count;
	bool same;

	*repeat = 0;
	/* The agent's own are counted by begin(), as seen only. */
	if (!slot || !fold_window_ns || (self_tgid && key->tgid == self_tgid))
		return false;
	same = same_fold(key, &slot->key);
	if (same && in_fold_window(slot)) {
		slot->count++;
		count = bpf_map_lookup_elem(&counters, &kind);
		if (count) { /* only softirq could interrupt, and what happens there is not folded */
			count->seen++;
			count->folded++;
		}
		return true;
	}
	if (same)
		*repeat = slot->count;
	slot->key = *key;
	slot->sent_ns = bpf_ktime_get_ns();
	slot->tick = bpf_jiffies64();
	slot->count = 0;
	return false;
}

/* The program of one system call: `kind`__`name` at its exit. Calls body(const struct call *). */
#define SYSCALL(kind, name, TYPE, body)                                                                                \
	SEC("tracepoint/syscalls/sys_exit_" #name)                                                                         \
	int kind##__##name(struct trace_event_raw_sys_exit *context)                                                       \
	{                                                                                                                  \
		struct call call;                                                                                              \
		read_call(&call, task_registers(current_task()), context->ret, TARSIER_TYPE_##TYPE);                           \
		return body(&call);                                                                                            \
	}

/*
 * The same for a 32-bit call by its number in the table of i386: put into compat_calls by the loader, never attached. The table of
 * 32-bit ARM has other numbers: there, every 32-bit call is a syscall.compat.
 */
#ifndef __TARGET_ARCH_x86
#define COMPAT(kind, number, name, TYPE, body)
#define COMPAT_PACKED(kind, number, name, TYPE, body, at, count)
#else
#define COMPAT(kind, number, name, TYPE, body)                                                                         \
	SEC("tp_btf/sys_exit")                                                                                             \
	int kind##__compat_##number##_##name(__u64 *context)                                                               \
	{                                                                                                                  \
		struct call call;                                                                                              \
		read_compat_call(&call, (struct pt_regs *)context[0], context[1], TARSIER_TYPE_##TYPE);                        \
		return body(&call);                                                                                            \
	}

/* The same where argument `at` points to `count` 32-bit words that are the true arguments (socketcall, the first mmap). */
#define COMPAT_PACKED(kind, number, name, TYPE, body, at, count)                                                       \
	SEC("tp_btf/sys_exit")                                                                                             \
	int kind##__compat_##number##_##name(__u64 *context)                                                               \
	{                                                                                                                  \
		struct call call;                                                                                              \
		__u32 words[6] = {};                                                                                           \
		read_compat_call(&call, (struct pt_regs *)context[0], context[1], TARSIER_TYPE_##TYPE);                        \
		bpf_probe_read_user(words, (count) * sizeof(__u32), (void *)call.args[at]);                                    \
		for (int i = 0; i < 6; i++)                                                                                    \
			call.args[i] = words[i];                                                                                   \
		return body(&call);                                                                                            \
	}
#endif

#endif
