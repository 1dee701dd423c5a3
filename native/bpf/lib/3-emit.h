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
static __always_inline struct slot *free_slot(void)
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
		slot->fold = 0;
		return slot;
	}
	return NULL;
}

static __always_inline struct slot *take_slot(__u16 kind)
{
	struct slot *slot = free_slot();

	if (!slot)
		COUNT(kind, lost_nested);
	return slot;
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
static __always_inline void open_record(struct slot *slot, __u16 kind, __u32 fixed, struct task_struct *task)
{
	struct tarsier_header *header = header_of(slot);

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

/* Their own files look, before they fold: with the class of the event, and the file or the socket. */
static __always_inline bool is_judged_before(__u32 kind)
{
	switch (kind) {
	case TARSIER_KIND_FILE_OPEN:
	case TARSIER_KIND_NET_SOCKET:
	case TARSIER_KIND_NET_CONNECT:
	case TARSIER_KIND_NET_ACCEPT:
	case TARSIER_KIND_NET_BIND:
	case TARSIER_KIND_NET_LISTEN:
	case TARSIER_KIND_NET_SEND:
	case TARSIER_KIND_NET_RECV:
	case TARSIER_KIND_NET_SHUTDOWN:
		return true;
	}
	return false;
}

/* Whether no loaded rule can match an event of `kind` of this process; counted then, as the event is as seen already. */
static __always_inline bool is_ruled_out(__u32 kind, struct task_struct *task)
{
	struct filter filter;
	__u64 terms;

	if (is_judged_before(kind) || !find_filter(&filter, kind))
		return false;
	terms = class_terms(&filter, 0);
	if (!terms) {
		COUNT(kind, filtered_class);
		return true;
	}
	if (process_terms(&filter, task, terms))
		return false;
	COUNT(kind, filtered_process);
	return true;
}

/*
 * The same about the current task; 0 when the filter drops the event. A function of its own, as is send_record(): in each of 250
 * programs, they made most of the object, of the 20 s that clang took for it, and of what the verifier had to read.
 */
__noinline int open_current(__u32 index, __u32 kind, __u32 fixed)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);
	struct task_struct *task;

	if (!slot)
		return 1;
	task = distrust(slot, current_task());
	if (task && is_ruled_out(kind, task))
		return 0;
	open_record(slot, kind, fixed, task);
	return 1;
}

/* True for what is left out of a kind that costs the agent too much; it is counted. A record is not begun: its path is not walked. */
static __always_inline bool sampled_out(__u16 kind)
{
	__u8 shift = sampled_kinds[kind & 0xff];

	if (!shift || !(bpf_get_prandom_u32() & ((1u << (shift & 31)) - 1)))
		return false;
	COUNT(kind, sampled);
	return true;
}

/*
 * Begins a record of `kind` about `task`, the current one, with `fixed` bytes of fixed part, zeroed. NULL when there is nothing to do: the event
 * is left out of a sample, no rule can want it, no slot is free, or (bulk) the ring is 3/4 full; each is counted. The agent's own are no events.
 */
static __always_inline struct slot *begin_about(struct task_struct *task, __u16 kind, __u32 fixed, bool bulk)
{
	struct slot *slot;

	if (self_tgid && FAST(task, tgid) == self_tgid)
		return NULL;
	COUNT(kind, seen);
	if (sampled_out(kind))
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
	if (!open_current(slot->index, kind, fixed)) {
		release_slot(slot);
		return NULL;
	}
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

/* The event of a place in `folds` has been sent: from now on, equal ones are folded into it. */
static __always_inline void confirm_fold(struct slot *slot)
{
	__u32 place = slot->fold - 1;
	struct fold_slot *fold = bpf_map_lookup_elem(&folds, &place);

	if (!fold)
		return;
	fold->seq = header_of(slot)->seq;
	fold->told += header_of(slot)->repeat;
	barrier();
	*(volatile __u32 *)&fold->sent = 1;
}

/* 1 when it was sent, 0 when it was lost. */
__noinline int send_record(__u32 index)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);
	int sent;
	__u16 kind;
	__u32 size;

	if (!slot)
		return 0;
	kind = header_of(slot)->kind;
	size = close_record(slot);
	header_of(slot)->seq = next_sequence(slot);
	sent = !bpf_ringbuf_output(&events, slot->record, size, wake_flags());
	if (sent) {
		COUNT(kind, sent);
		if (slot->fold)
			confirm_fold(slot);
	} else {
		COUNT(kind, lost_full);
	}
	release_slot(slot);
	return sent;
}

/* Sends the record and frees its slot. Always returns 0, for the program to return. */
static __always_inline int emit(struct slot *slot)
{
	send_record(slot->index);
	return 0;
}

/*
 * The program of one system call: `kind`__`name` at its exit. Calls body(const struct call *). The tracepoint is where it is attached when the
 * loader finds nothing better: see calls_by in maps.h.
 */
#define SYSCALL(kind, name, TYPE, body)                                                                                \
	SEC("tracepoint/syscalls/sys_exit_" #name)                                                                         \
	int kind##__##name(void *context)                                                                                  \
	{                                                                                                                  \
		struct call call;                                                                                              \
		read_call(&call, task_registers(current_task()), result_of(context), TARSIER_TYPE_##TYPE);                     \
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
		read_compat_call(&call, (struct pt_regs *)context[0], result_of_compat(context), TARSIER_TYPE_##TYPE);          \
		return body(&call);                                                                                            \
	}

/* The same where argument `at` points to `count` 32-bit words that are the true arguments (socketcall, the first mmap). */
#define COMPAT_PACKED(kind, number, name, TYPE, body, at, count)                                                       \
	SEC("tp_btf/sys_exit")                                                                                             \
	int kind##__compat_##number##_##name(__u64 *context)                                                               \
	{                                                                                                                  \
		struct call call;                                                                                              \
		__u32 words[6] = {};                                                                                           \
		read_compat_call(&call, (struct pt_regs *)context[0], result_of_compat(context), TARSIER_TYPE_##TYPE);          \
		bpf_probe_read_user(words, (count) * sizeof(__u32), (void *)call.args[at]);                                    \
		for (int i = 0; i < 6; i++)                                                                                    \
			call.args[i] = words[i];                                                                                   \
		return body(&call);                                                                                            \
	}
#endif

#endif
