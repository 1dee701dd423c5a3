/* SPDX-License-Identifier: GPL-2.0 */
/* Layer 3: which events no loaded rule can match because of the file, told before anything is built; see 2-terms.h. */
#ifndef TARSIER_FILTER_H
#define TARSIER_FILTER_H

/* Where texts are hashed and a key is made: the record of a slot is not begun while its path is looked at. */
struct filter_work {
	__u64 words[FILTER_WORDS];
	struct filter_prefix prefix;
	/* Terms that the last component leaves possible, of those with a whole path or suffix. */
	__u64 last;
};

static __always_inline struct filter_work *work_of(struct slot *slot)
{
	return (struct filter_work *)slot->record;
}

static __always_inline __u64 hash_of_name(struct filter_work *work, const struct dentry_link *link)
{
	__builtin_memset(work->words, 0, sizeof(work->words));
	bpf_probe_read_kernel(work->words, AT_MOST(link->length, FILTER_TEXT - 1), link->name);
	return hash_of_words(work->words);
}

/* Bytes at the end of the walked path, 64 of them at most, as a key. */
static __always_inline __u64 hash_of_tail(struct slot *slot, __u32 length)
{
	struct filter_work *work = work_of(slot);

	length = AT_MOST(length, FILTER_TEXT);
	__builtin_memset(work->words, 0, sizeof(work->words));
	bpf_probe_read_kernel(work->words, length, slot->path + ((PATH_SPACE - length) & (PATH_SPACE - 1)));
	return hash_of_words(work->words);
}

/* The terms with a whole path or a suffix that the walked path of `length` bytes satisfies. */
static __always_inline __u64 tail_terms(const struct kind_filter *of, struct slot *slot, __u32 half, __u32 kind, __u32 length)
{
	__u64 terms = terms_of(half, kind, TEST_EXACT, length, hash_of_tail(slot, length));

	for (int i = 0; i < FILTER_SUFFIXES; i++) {
		__u32 size = of->suffixes[i];

		if (!size)
			break;
		if (size <= length)
			terms |= terms_of(half, kind, TEST_SUFFIX, size, hash_of_tail(slot, size));
	}
	return terms;
}

static __always_inline __u64 prefix_terms(struct slot *slot, __u32 half, __u32 kind, __u32 start, __u32 length)
{
	struct filter_prefix *key = &work_of(slot)->prefix;
	const __u64 *terms;

	key->half = half;
	key->kind = kind;
	key->bits = 16 + 8 * (length < FILTER_PREFIX ? length : FILTER_PREFIX);
	bpf_probe_read_kernel(key->text, sizeof(key->text), slot->path + (start & (PATH_SPACE - 1)));
	terms = bpf_map_lookup_elem(&filter_prefixes, key);
	return terms ? *terms : 0;
}

/* Of `terms` those that the path satisfies from which slot->walk_dentry and walk_mount lead. All where it can not be told. */
__noinline __u64 walked_terms(__u32 index, __u32 half, __u32 kind, __u64 terms)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);
	__u32 place = (half & 1) * FILTER_KINDS + (kind & (FILTER_KINDS - 1)), start;
	const struct kind_filter *of = bpf_map_lookup_elem(&filter_kinds, &place);
	int state = WALK_ON;
	__u64 found = 0;

	if (!slot || !of)
		return terms;
	slot->path_start = PATH_SPACE;
	for (int round = 0; round < WALK_ROUNDS && state == WALK_ON; round++)
		state = walk_steps(index);
	start = slot->path_start;
	if (state != WALK_DONE || start >= PATH_SPACE || slot->path[start & (PATH_SPACE - 1)] != '/')
		return terms;
	if (terms & (of->tail_terms | work_of(slot)->last))
		found = tail_terms(of, slot, half, kind, PATH_SPACE - start);
	return terms & (found | prefix_terms(slot, half, kind, start, PATH_SPACE - start));
}

/* The terms that the inode or a name satisfies. In `work->last` those of which the last component is that of a longer text. */
static __always_inline __u64 named_terms(const struct kind_filter *of, struct slot *slot, __u32 half, __u32 kind, __u64 terms)
{
	struct filter_work *work = work_of(slot);
	struct dentry_link *link = &slot->walk_link;
	__u64 name = hash_of_name(work, link), found = terms_of_many(half, kind, TEST_NAME, 0, name);
	struct dentry *dentry = (struct dentry *)slot->walk_dentry, *parent = link->parent;
	struct inode *inode = READ(dentry, d_inode);
	__u64 number = READ(inode, i_ino);

	work->last = terms & of->whole_terms ? terms_of_many(half, kind, TEST_LAST, 0, name) : 0;
	if (is_sketched(half, kind, TEST_INODE, number))
		found |= terms_of(half, kind, TEST_INODE, READ(inode, i_sb, s_dev), number);
	if (terms & of->parent_terms) {
		read_link(link, parent);
		found |= terms_of(half, kind, TEST_PARENT, 0, hash_of_name(work, link));
	}
	return found;
}

/* What is mounted has the name of the place in the path, not its own, and the root of a process has none. */
static __always_inline bool has_other_name(const struct slot *slot, const struct kind_filter *of, __u64 terms)
{
	struct vfsmount *mount = (struct vfsmount *)slot->walk_mount;
	__u64 top = (__u64)READ(mount, mnt_root);

	if (slot->walk_dentry == top || slot->walk_dentry == slot->root_dentry)
		return true;
	return terms & of->parent_terms && (__u64)slot->walk_link.parent == top;
}

/*
 * Which of `terms` the path may satisfy from which slot->walk_dentry and walk_mount lead, as far as its last names (slot->walk_link) and the inode
 * tell: all where one of them is satisfied, else those for which the whole path must be known. All of `terms` have a test of the path. Functions of
 * their own, for the stack; first this, since the walk costs as much as all the rest.
 */
__noinline __u64 terms_by_name(__u32 index, __u32 half, __u32 kind, __u64 terms)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);
	__u32 place = (half & 1) * FILTER_KINDS + (kind & (FILTER_KINDS - 1));
	const struct kind_filter *of = bpf_map_lookup_elem(&filter_kinds, &place);

	if (!slot || !of || has_other_name(slot, of, terms) || terms & named_terms(of, slot, half, kind, terms))
		return ALL_TERMS;
	return terms & (of->blind_terms | (of->whole_terms & work_of(slot)->last));
}

/* Which of `terms` can hold for an open file as far as its path tells; all where no slot is free to look. */
static __always_inline __u64 path_terms(const struct filter *filter, struct task_struct *task, const struct path *path,
					const struct dentry_link *link, __u64 terms)
{
	struct slot *slot;
	__u64 left;

	if (terms & ~filter->of->path_terms)
		return terms;
	slot = free_slot();
	if (!slot)
		return terms;
	set_root(slot, task);
	slot->walk_dentry = (__u64)path->dentry;
	slot->walk_mount = (__u64)path->mnt;
	slot->walk_top = 0;
	slot->walk_link = *link;
	left = terms_by_name(slot->index, filter->half, filter->kind, terms);
	if (left && left != ALL_TERMS)
		left = walked_terms(slot->index, filter->half, filter->kind, left);
	release_slot(slot);
	return terms & left;
}

#endif
