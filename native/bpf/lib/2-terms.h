/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 2: which terms of what rules can want (src/events/interest.ts) an event leaves possible, as far as its class and its process tell.
 *
 * What rules can want of a kind is a list of at most 64 terms, each a conjunction of tests. A term is a bit: each look-up gives the terms
 * that it does not rule out, and an event that has none left is counted and dropped. Unknown facts rule nothing out. Texts are compared
 * by hash: a collision lets an event pass, it never drops one.
 *
 * The tables have two halves. The loader fills the one that is not in use and then moves the generation on; a program reads that
 * once per event, so that no event is judged by parts of both.
 */
#ifndef TARSIER_TERMS_H
#define TARSIER_TERMS_H

#define FILTER_KINDS 128
#define FILTER_CLASSES 128
/* Of an event whose class can not be told: every term is possible. */
#define UNKNOWN_CLASS (FILTER_CLASSES - 1)
/* A longer text is compared by its first (names) or last (paths) bytes. */
#define FILTER_TEXT 64
#define FILTER_WORDS (FILTER_TEXT / 8)
#define FILTER_PREFIX 94
#define FILTER_SUFFIXES 8
#define ALL_TERMS (~0ull)

/* What the key of filter_values names. */
enum {
	TEST_NAME = 1,   /* the last component of a path */
	TEST_PARENT = 2, /* the one before it */
	TEST_LAST = 3,   /* the last component of a path or suffix that is to be compared whole */
	TEST_EXACT = 4,  /* `extra` is the length of the path */
	TEST_SUFFIX = 5, /* `extra` is the length of the suffix */
	TEST_INODE = 6,  /* `extra` is the device */
	TEST_COMM = 7,
	TEST_UID = 8,
	TEST_PORT = 9,
};

struct filter_key {
	__u8 half;
	__u8 kind;
	__u16 what;
	__u32 extra;
	__u64 value;
};

struct filter_prefix {
	__u32 bits;
	__u8 half;
	__u8 kind;
	__u8 text[FILTER_PREFIX];
};

struct filter_net {
	__u32 bits;
	__u8 half;
	__u8 kind;
	__u8 family;
	__u8 unused;
	__u8 address[16];
};

/* One kind in one half: which terms have a test of that sort. */
struct kind_filter {
	/* 0: the kind is not filtered. */
	__u64 filtered;
	__u64 uid_terms;
	__u64 comm_terms;
	__u64 path_terms;
	/* With a test of the component before the last. */
	__u64 parent_terms;
	/* With a test for which the whole path is needed, and those of them for which the last component tells nothing beforehand. */
	__u64 whole_terms;
	__u64 blind_terms;
	/* Those of them with a suffix. */
	__u64 tail_terms;
	__u64 net_terms;
	__u64 port_terms;
	/* Lengths of the suffixes; 0 ends the list. */
	__u8 suffixes[FILTER_SUFFIXES];
	/* Of rules that can tell equal events apart: those are not folded. */
	__u64 counting_terms;
};

/* As src/sources/ebpf/filters/tables.ts has them. */
_Static_assert(sizeof(struct filter_key) == 16, "key of filter_values");
_Static_assert(sizeof(struct filter_prefix) == 100, "key of filter_prefixes");
_Static_assert(sizeof(struct filter_net) == 24, "key of filter_nets");
_Static_assert(sizeof(struct kind_filter) == 96, "value of filter_kinds");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * FILTER_KINDS);
	__type(key, __u32);
	__type(value, struct kind_filter);
} filter_kinds SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * FILTER_KINDS * FILTER_CLASSES);
	__type(key, __u32);
	__type(value, __u64);
} filter_classes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct filter_key);
	__type(value, __u64);
} filter_values SEC(".maps");

/*
 * A sketch of the keys of filter_values: each sets two bits of one word. Most names, ports and ids of the host are no value of any rule, and are told
 * so by a line of these 32 KiB, where the hash table, sparse as it is, misses the cache for each question (100 ns and more).
 */
#define SKETCH_BITS 11
#define SKETCH_WORDS (1 << SKETCH_BITS)
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * SKETCH_WORDS);
	__type(key, __u32);
	__type(value, __u64);
} filter_sketch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct filter_prefix);
	__type(value, __u64);
} filter_prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct filter_net);
	__type(value, __u64);
} filter_nets SEC(".maps");

/* One kind at one moment. */
struct filter {
	const struct kind_filter *of;
	__u32 generation;
	/* 0 or 1. */
	__u32 half;
	__u32 kind;
};

/* False where the kind is not filtered. */
static __always_inline bool find_filter(struct filter *filter, __u32 kind)
{
	__u32 generation = current_generation(), half = generation & 1, index;

	if (!generation)
		return false;
	index = half * FILTER_KINDS + kind;
	filter->of = bpf_map_lookup_elem(&filter_kinds, &index);
	filter->generation = generation;
	filter->half = half;
	filter->kind = kind;
	return filter->of && filter->of->filtered;
}

static __always_inline __u64 class_terms(const struct filter *filter, __u32 class)
{
	__u32 index = (filter->half * FILTER_KINDS + filter->kind) * FILTER_CLASSES + class;
	const __u64 *terms = bpf_map_lookup_elem(&filter_classes, &index);

	return terms ? *terms : ALL_TERMS;
}

/* False where no rule has a test of `what` that the value satisfies; as sketchOf() in src/sources/ebpf/filters/tables.ts. */
static __always_inline bool is_sketched(__u32 half, __u32 kind, __u32 what, __u64 value)
{
	__u64 hash = (value + (kind << 8 | what) * 0xff51afd7ed558ccdull) * 0x9e3779b97f4a7c15ull;
	__u64 bits = 1ull << (hash >> 32 & 63) | 1ull << (hash >> 40 & 63);
	__u32 index = half << SKETCH_BITS | hash >> (64 - SKETCH_BITS);
	const __u64 *word = bpf_map_lookup_elem(&filter_sketch, &index);

	return !word || (*word & bits) == bits;
}

/* The terms whose test of `what` the value satisfies. A function of its own, for the stack of its callers. */
__noinline __u64 terms_of(__u32 half, __u32 kind, __u32 what, __u32 extra, __u64 value)
{
	struct filter_key key = { .half = half, .kind = kind, .what = what, .extra = extra, .value = value };
	const __u64 *terms;

	if (!is_sketched(half, kind, what, value))
		return 0;
	terms = bpf_map_lookup_elem(&filter_values, &key);
	return terms ? *terms : 0;
}

/* The same without a call for most values: it costs as much as the sketch. */
static __always_inline __u64 terms_of_many(__u32 half, __u32 kind, __u32 what, __u32 extra, __u64 value)
{
	return is_sketched(half, kind, what, value) ? terms_of(half, kind, what, extra, value) : 0;
}

/* A word without text changes nothing: texts are hashed up to their end. */
static __always_inline __u64 hash_word(__u64 hash, __u64 word)
{
	if (!word)
		return hash;
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 32;
}

/* The same as hashOf() in src/sources/ebpf/filters/text-hash.ts. */
static __always_inline __u64 hash_of_words(const __u64 *words)
{
	__u64 hash = 0;

#pragma unroll
	for (int i = 0; i < FILTER_WORDS; i++) {
		if (!words[i])
			break;
		hash = hash_word(hash, words[i]);
	}
	return hash;
}

/* The lowest set bit stands at the top of the first byte that is 0. */
static __always_inline __u64 zero_bytes(__u64 word)
{
	return (word - 0x0101010101010101ull) & ~word & 0x8080808080808080ull;
}

/* The bytes before the first that is 0; kernels leave the rest of an older name behind it. */
static __always_inline __u64 until_zero(__u64 word)
{
	__u64 zeros = zero_bytes(word), first = zeros & -zeros;

	return zeros ? word & ((first >> 7) - 1) : word;
}

/* The same of a name of 16 bytes. */
static __always_inline __u64 hash_of_comm(struct task_struct *task)
{
	__u64 words[2], hash = 0;

	read_comm(words, task);
	hash = hash_word(hash, until_zero(words[0]));
	return zero_bytes(words[0]) ? hash : hash_word(hash, until_zero(words[1]));
}

/* Without the terms that the process rules out by its user, or by the name of its first thread. */
static __always_inline __u64 name_terms(const struct filter *filter, struct task_struct *task, __u64 terms)
{
	if (terms & filter->of->uid_terms)
		terms &= ~filter->of->uid_terms | terms_of(filter->half, filter->kind, TEST_UID, 0, FAST(task, cred, uid.val));
	if (terms & filter->of->comm_terms)
		terms &= ~filter->of->comm_terms | terms_of(filter->half, filter->kind, TEST_COMM, 0, hash_of_comm(FAST(task, group_leader)));
	return terms;
}

/* The same, and by what user space said of it. */
static __always_inline __u64 process_terms(const struct filter *filter, struct task_struct *task, __u64 terms)
{
	terms = name_terms(filter, task, terms);
	return terms ? terms & verdict_mask(filter->kind, filter->generation) : 0;
}

/* Counts an event that the filter drops. */
#define count_filtered(kind, which)                                                                                    \
	do {                                                                                                               \
		__u32 filtered_kind = (kind);                                                                                  \
		struct counters *filtered_count = bpf_map_lookup_elem(&counters, &filtered_kind);                              \
		if (filtered_count) {                                                                                          \
			__sync_fetch_and_add(&filtered_count->seen, 1);                                                            \
			__sync_fetch_and_add(&filtered_count->which, 1);                                                           \
		}                                                                                                              \
	} while (0)

#endif
