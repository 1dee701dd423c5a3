/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 3: what the path of a file was found to leave of the terms is remembered for a moment, whoever opens it next: to walk a path costs five times as
 * much. A file goes by its names, its inode and the root that it is seen from; when directories above are renamed or something is mounted, or the
 * filters change, it is another.
 */
#ifndef TARSIER_SEEN_H
#define TARSIER_SEEN_H

#define SEEN_FILES 512
/* Ticks of the kernel, of which there are 100 to 1000 a second. */
#define SEEN_TICKS 100

struct seen_file {
	/* A seeded hash: nobody can choose a file that passes for another. */
	__u64 tag;
	/* The terms that were asked about, and those of them that were left. */
	__u64 asked;
	__u64 left;
	__u64 tick;
};

/* In one value, as each value of such a table lies elsewhere, and its place must be looked up. A hook of a task only is to use it. */
struct seen_files {
	struct seen_file of[SEEN_FILES];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct seen_files);
} seen_files SEC(".maps");

/* The place of a file; never NULL in truth. */
static __always_inline struct seen_file *seen_place(__u64 tag)
{
	__u32 zero = 0;
	struct seen_files *files = bpf_map_lookup_elem(&seen_files, &zero);

	return files ? &files->of[tag & (SEEN_FILES - 1)] : NULL;
}

/*
 * Whether it is known what `terms` come to. As soon as a name satisfies one of them, all that were asked about are left: so much the answer depends on the
 * question. Where nothing is folded, nothing is remembered.
 */
static __always_inline bool is_seen(const struct seen_file *file, __u64 tag, __u64 terms)
{
	if (file->tag != tag || (file->asked != terms && (file->left || terms & ~file->asked)))
		return false;
	return bpf_jiffies64() - file->tick < SEEN_TICKS && fold_window_ns;
}

static __always_inline void remember_seen(struct seen_file *file, __u64 tag, __u64 asked, __u64 left)
{
	file->tag = tag;
	file->asked = asked;
	file->left = left;
	file->tick = bpf_jiffies64();
}

#endif
