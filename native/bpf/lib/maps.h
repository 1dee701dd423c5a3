/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every map and knob of the sensor.
 *
 * What the loader sets before the load:
 *   events        max_entries: bytes, a power of two
 *   scratch       max_entries: SCRATCH_LEVELS * possible CPUs + 1 (the default serves 8 CPUs; beyond, records are lost_nested)
 *   .rodata       self_tgid, calls_by
 * What it may write before and while running, through mmap of the fd of .data:
 *   fold_window_ns  equal events within it are folded; 0: none are
 *   unfolded_kinds  by kind, 1: its events are not folded, since a rule tells equal ones apart
 *   sampled_kinds   by kind, n: of its records one in 2^n is made, at random
 *   consumer_waits  1 (default): a record wakes the consumer. 0: the consumer comes by itself soon; it is woken only when
 *                   the ring passes half of its size. Set it to 1 and look into the ring once more before sleeping in epoll.
 */
#ifndef TARSIER_MAPS_H
#define TARSIER_MAPS_H

/* Records in flight on one CPU: a task hook, interrupted by softirq, interrupted by hardirq. */
#define SCRATCH_LEVELS TARSIER_SEQUENCE_LEVELS
#define RECORD_SPACE 65536
/* The most bytes that one append writes: argv, and the NUL and one more by which a cut is seen. */
#define APPEND_SPACE (16384 + 64)
#define PATH_SPACE 4096
/* The largest fixed part of a record. */
#define FIXED_SPACE 256
#define NAME_SPACE 256
#define FOLD_BITS 10
#define FOLD_WORDS (sizeof(struct fold_key) / sizeof(__u64))

#ifdef TARSIER_OLD_KERNEL
#define __untrusted
#else
#define __untrusted __attribute__((btf_type_tag("kptr_untrusted")))
#endif
/* Clang 14 forgets the tag of a pointer to a structure, but not of one to another name of it. */
typedef struct task_struct any_task;

/* What struct dentry holds from d_parent on, in every kernel since 2.6.38. */
struct dentry_link {
	struct dentry *parent;
	__u32 hash;
	__u32 length;
	const unsigned char *name;
};

/* Where a record is built. One (the first) for the snapshot, then one per CPU and nesting level. */
struct slot {
	__u64 sequence;
	/* The task of the record, as a pointer the verifier may forget all trust in: see distrust() in 2-write.h. */
	any_task __untrusted *task;
	/* Where the path walk stops: root of the process. */
	__u64 root_dentry;
	__u64 root_mount;
	/* Where it begins, then where it is. */
	__u64 walk_dentry;
	__u64 walk_mount;
	/* The root of that mount; 0 when it has not been looked up. */
	__u64 walk_top;
	struct dentry_link walk_link;
	__u32 busy;
	__u32 index;
	/* Bytes of the record written so far. */
	__u32 length;
	/* Begin of the walked path in `path`; its end is PATH_SPACE. */
	__u32 path_start;
	__u32 level;
	/* Place in `folds` + 1 of the event being built; 0 for none. */
	__u32 fold;
	__u8 path[PATH_SPACE + NAME_SPACE];
	__u8 record[RECORD_SPACE + APPEND_SPACE];
};

/* What became of the events of one kind, by CPU. */
struct counters {
	__u64 seen;
	__u64 sent;
	/* Dropped: the ring was full. */
	__u64 lost_full;
	/* Dropped: a bulk kind, and the ring was more than 3/4 full. */
	__u64 lost_reserved;
	/* Dropped: no free scratch slot. */
	__u64 lost_nested;
	/* Equal to one sent less than fold_window_ns ago; counted in the `repeat` of the next. */
	__u64 folded;
	/* Sent, but some input of it could not be read (its text is empty and marked truncated). */
	__u64 failed;
	/* Ruled out by the interest: by the class of the event, by its process, by the object (path, address). Not a loss. */
	__u64 filtered_class;
	__u64 filtered_process;
	__u64 filtered_object;
	/* Left out because the agent would cost more than it may. */
	__u64 sampled;
	/* Sent, and its process was killed at the hook; see 3-kill.h. */
	__u64 killed;
};

/* Names one kind of event of one program image of one process. Words a to d are the kind's own. Zero it first. */
struct fold_key {
	__u64 start_ns;
	/* A seeded hash of what rules can know of the process and thread, and what can change while they run. */
	__u64 state;
	__u64 a;
	__u64 b;
	__u64 c;
	__u64 d;
	__u32 tgid;
	__u32 flags;
	__u16 kind;
	__u16 type;
	__u32 extra;
};

/*
 * The last event of one key on one CPU. A key has one place; another key that falls on it takes it, and the next event of the
 * first is sent once more: a collision makes events, it hides none.
 */
struct fold_slot {
	struct fold_key key;
	/* When the last of them was about to be sent. */
	__u64 sent_ns;
	/* The tick at which sent_ns was last compared with the clock. */
	__u64 tick;
	/* How many were folded since the key took the place, and of how many of those user space has been told. */
	__u64 count;
	__u64 told;
	/* Number of the last that was sent: the folded ones are equal to it. */
	__u64 seq;
	/* 0 while an event is being built, and when it was lost: then nothing may be folded into it. */
	__u32 sent;
	__u32 unused;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SCRATCH_LEVELS * 8 + 1);
	__type(key, __u32);
	__type(value, struct slot);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct counters);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1 << FOLD_BITS);
	__type(key, __u32);
	__type(value, struct fold_slot);
} folds SEC(".maps");

/* Programs by number in the 32-bit system call table: see compat.bpf.c. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 544);
	__type(key, __u32);
	__type(value, __u32);
} compat_calls SEC(".maps");

/* Programs by number of the 64-bit call, for those that a filter refused; see refused.bpf.c. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 544);
	__type(key, __u32);
	__type(value, __u32);
} refused_calls SEC(".maps");

/* Processes whose end was told; needed before 6.16 only. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u32);
} ended SEC(".maps");

/*
 * Who began the connection of a socket: its inode << 2 | ROLE_*, in the cell of the low bits of the inode. The youngest socket
 * of a cell stays; one that was pushed out, or connected before the sensor began, has no role. (An LRU hash costs the caller of
 * connect ten times as much.)
 */
#define ROLE_CELLS 32768
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ROLE_CELLS);
	__type(key, __u32);
	__type(value, __u64);
} socket_roles SEC(".maps");

/*
 * Which first messages were told: a seeded hash of direction, socket and peer, in the cell of its low bits. The youngest of a cell
 * stays; one that was pushed out is told again.
 */
#define MESSAGE_CELLS 32768
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MESSAGE_CELLS);
	__type(key, __u32);
	__type(value, __u64);
} first_messages SEC(".maps");

/* Programs by io_uring opcode: see uring.bpf.c. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} uring_calls SEC(".maps");

/* The generation of the filters, 0 for none. The lowest bit is the half of their tables that is in use; see 2-terms.h. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} filter_generation SEC(".maps");

/* How often something was renamed or mounted: a path that was told before may be another now. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} tree_changes SEC(".maps");

const volatile __u32 self_tgid = 0;
/* What runs the programs of system calls; the verifier knows it, and leaves out what belongs to another. As in native/addon/calls.h. */
#define CALLS_BY_TRACEPOINT 0 /* the tracepoint at the end of the call */
#define CALLS_BY_FUNCTION 1 /* the end of the kernel's function that does the call */
#define CALLS_REFUSED 2 /* the dispatcher of refused.bpf.c */
const volatile __u32 calls_by = CALLS_BY_TRACEPOINT;
/* What the loader compares: programs and decoder of one version. */
const volatile __u32 record_layout = TARSIER_LAYOUT_ID;
volatile __u32 consumer_waits = 1;
volatile __u64 fold_window_ns = 1000000000;
/* In .data, as the others, though it begins as zeros. */
volatile __u8 unfolded_kinds[256] SEC(".data") = {};
/* By kind: n to keep, of its records, one in 2^n. */
volatile __u8 sampled_kinds[256] SEC(".data") = {};
__u64 known_ring_size;

#endif
