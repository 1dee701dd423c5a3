/* SPDX-License-Identifier: GPL-2.0 */
/* Layer 3: which events no loaded rule can match because of the file or the socket, told before anything is built; see 2-terms.h. */
#ifndef TARSIER_FILTER_H
#define TARSIER_FILTER_H

/* Where texts are hashed and keys made: the record of a slot is not begun while its path is looked at. */
struct filter_work {
	__u64 words[FILTER_WORDS];
	struct filter_key key;
	struct filter_prefix prefix;
};

static __always_inline struct filter_work *work_of(struct slot *slot)
{
	return (struct filter_work *)slot->record;
}

/* terms_of() with its key there. */
static __always_inline __u64 terms_at(struct filter_work *work, __u32 half, __u32 kind, __u16 what, __u32 extra, __u64 value)
{
	const __u64 *terms;

	if (!sketched_terms(half, value))
		return 0;
	work->key.half = half;
	work->key.kind = kind;
	work->key.what = what;
	work->key.extra = extra;
	work->key.value = value;
	terms = bpf_map_lookup_elem(&filter_values, &work->key);
	return terms ? *terms : 0;
}

static __always_inline __u64 hash_of_name(struct filter_work *work, const unsigned char *name)
{
	__builtin_memset(work->words, 0, sizeof(work->words));
	bpf_probe_read_kernel_str(work->words, sizeof(work->words), name);
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

static __always_inline __u64 suffix_terms(const struct kind_filter *of, struct slot *slot, __u32 half, __u32 kind, __u32 length)
{
	__u64 terms = 0;

	for (int i = 0; i < FILTER_SUFFIXES; i++) {
		__u32 size = of->suffixes[i];

		if (!size)
			break;
		if (size <= length)
			terms |= terms_at(work_of(slot), half, kind, TEST_SUFFIX, size, hash_of_tail(slot, size));
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

/* The terms that the path satisfies from which slot->walk_dentry and walk_mount lead. All where it can not be told. */
__noinline __u64 walked_terms(__u32 index, __u32 half, __u32 kind)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);
	__u32 place = (half & 1) * FILTER_KINDS + (kind & (FILTER_KINDS - 1)), start, length;
	const struct kind_filter *of = bpf_map_lookup_elem(&filter_kinds, &place);
	int state = WALK_ON;

	if (!slot || !of)
		return ALL_TERMS;
	slot->path_start = PATH_SPACE;
	for (int round = 0; round < WALK_ROUNDS && state == WALK_ON; round++)
		state = walk_steps(index);
	start = slot->path_start;
	if (state != WALK_DONE || start >= PATH_SPACE || slot->path[start & (PATH_SPACE - 1)] != '/')
		return ALL_TERMS;
	length = PATH_SPACE - start;
	return terms_at(work_of(slot), half, kind, TEST_EXACT, length, hash_of_tail(slot, length)) | suffix_terms(of, slot, half, kind, length) |
	       prefix_terms(slot, half, kind, start, length);
}

/* The terms that the inode or a name satisfies; all where the names are not those of the path. */
static __always_inline __u64 named_terms(const struct kind_filter *of, struct slot *slot, __u32 half, __u32 kind, __u64 terms, __u64 *rest)
{
	struct dentry *dentry = (struct dentry *)slot->walk_dentry;
	struct filter_work *work = work_of(slot);
	struct dentry_link *link = &slot->walk_link;
	struct vfsmount *mount = (struct vfsmount *)slot->walk_mount;
	__u64 root = (__u64)READ(mount, mnt_root), name, found;
	struct inode *inode = READ(dentry, d_inode);
	struct dentry *parent;

	read_link(link, dentry);
	parent = link->parent;
	/* What is mounted has the name of the place in the path, not its own. */
	if (root == (__u64)dentry || (terms & of->parent_terms && root == (__u64)link->parent))
		return ALL_TERMS;
	found = terms_at(work, half, kind, TEST_INODE, READ(inode, i_sb, s_dev), READ(inode, i_ino));
	name = hash_of_name(work, link->name);
	found |= terms_at(work, half, kind, TEST_NAME, 0, name);
	if (terms & of->parent_terms)
		found |= terms_at(work, half, kind, TEST_PARENT, 0, hash_of_name(work, READ(parent, d_name.name)));
	*rest = terms & of->whole_terms;
	if (*rest & ~of->blind_terms)
		*rest &= of->blind_terms | terms_at(work, half, kind, TEST_LAST, 0, name);
	return found;
}

/*
 * Which of `terms` the path may satisfy from which slot->walk_dentry and walk_mount lead, as far as its last names and the inode tell: all
 * where one of them is satisfied, else those for which the whole path must be known. All of `terms` have a test of the path. Functions of
 * their own, for the stack; first this, since the walk costs as much as all the rest.
 */
__noinline __u64 terms_by_name(__u32 index, __u32 half, __u32 kind, __u64 terms)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);
	__u32 place = (half & 1) * FILTER_KINDS + (kind & (FILTER_KINDS - 1));
	const struct kind_filter *of = bpf_map_lookup_elem(&filter_kinds, &place);
	__u64 rest = 0;

	if (!slot || !of)
		return ALL_TERMS;
	return terms & named_terms(of, slot, half, kind, terms, &rest) ? ALL_TERMS : rest;
}

/* Whether none of `terms` can hold for an open file because of its path. False where no slot is free to look. */
static __always_inline bool file_ruled_out(const struct filter *filter, struct task_struct *task, const struct path *path, __u64 terms)
{
	struct slot *slot;

	if (terms & ~filter->of->path_terms)
		return false;
	slot = free_slot();
	if (!slot)
		return false;
	set_root(slot, task);
	slot->walk_dentry = (__u64)path->dentry;
	slot->walk_mount = (__u64)path->mnt;
	slot->walk_top = 0;
	terms = terms_by_name(slot->index, filter->half, filter->kind, terms);
	if (terms && terms != ALL_TERMS)
		terms &= walked_terms(slot->index, filter->half, filter->kind);
	release_slot(slot);
	return !terms;
}

/* The number that classOf() in src/events/filter-classes.ts gives the record. */
static __always_inline __u32 socket_class(__u16 family, __s64 ret)
{
	__u32 which = family == AF_UNIX ? 1 : family == AF_INET ? 2 : family == AF_INET6 ? 3 : 0;

	return which + 4 * (ret >= 0 ? 0 : ret == -EINPROGRESS ? 1 : 2);
}

/* The terms that have one of the ends in a network of theirs. */
static __always_inline __u64 net_terms_of(const struct filter *filter, __u16 family, const __u64 *address)
{
	struct filter_net key = { .half = filter->half, .kind = filter->kind, .family = 6, .bits = 32 + 128 };
	const __u64 *terms;

	if (family == AF_INET6 && !is_mapped(address)) {
		__builtin_memcpy(key.address, address, 16);
	} else {
		__u32 short_address = family == AF_INET ? address[0] : address[1] >> 32;

		key.family = 4;
		key.bits = 32 + 32;
		__builtin_memcpy(key.address, &short_address, 4);
	}
	terms = bpf_map_lookup_elem(&filter_nets, &key);
	return terms ? *terms : 0;
}

/* Without the terms whose ports or networks neither end is of. Of other families there is no end. */
static __always_inline __u64 end_terms(const struct filter *filter, const struct socket_facts *facts, __u64 terms)
{
	__u64 found = 0;

	if (terms & filter->of->port_terms) {
		if (is_internet(facts->family))
			found = terms_of(filter->half, filter->kind, TEST_PORT, 0, facts->local_port) |
				terms_of(filter->half, filter->kind, TEST_PORT, 0, facts->remote_port);
		terms &= ~filter->of->port_terms | found;
	}
	if (!(terms & filter->of->net_terms))
		return terms;
	found = 0;
	if (is_internet(facts->family))
		found = net_terms_of(filter, facts->family, facts->local) | net_terms_of(filter, facts->family, facts->remote);
	return terms & (~filter->of->net_terms | found);
}

/* The same task for the verifier to mistrust, see distrust(): a slot is taken for that alone. */
static __always_inline __u64 process_terms_of_current(const struct filter *filter, __u64 terms)
{
	struct slot *slot = free_slot();
	struct task_struct *task;

	if (!slot)
		return terms;
	task = distrust(slot, current_task());
	if (task)
		terms = process_terms(filter, task, terms);
	release_slot(slot);
	return terms;
}

/*
 * Whether no term can hold for the socket whose facts lie in socket_works; counted then. Result and flags are the call's. A global
 * function, so that the verifier reads it once per program.
 */
#define SOCKET_PASSES 0
#define SOCKET_RULED_OUT 1
/* It passes, and a rule can tell equal ones apart. */
#define SOCKET_COUNTS 2
__noinline int judge_socket(__u32 kind, __s64 ret, __u32 flags)
{
	__u32 zero = 0;
	struct socket_work *work = bpf_map_lookup_elem(&socket_works, &zero);
	struct filter filter;
	__u64 terms;

	if (!work || !find_filter(&filter, kind))
		return SOCKET_PASSES;
	if (self_tgid && bpf_get_current_pid_tgid() >> 32 == self_tgid)
		return SOCKET_PASSES; /* begin() leaves it out */
	terms = class_terms(&filter, flags & TARSIER_FLAG_HAS_RESULT ? socket_class(work->facts.family, ret) : UNKNOWN_CLASS);
	if (!terms) {
		count_filtered(kind, filtered_class);
		return SOCKET_RULED_OUT;
	}
	/* Who it is costs less to ask than where it goes. */
	terms = process_terms_of_current(&filter, terms);
	if (!terms) {
		count_filtered(kind, filtered_process);
		return SOCKET_RULED_OUT;
	}
	terms = end_terms(&filter, &work->facts, terms);
	if (!terms) {
		count_filtered(kind, filtered_object);
		return SOCKET_RULED_OUT;
	}
	return terms & filter.of->counting_terms ? SOCKET_COUNTS : SOCKET_PASSES;
}

#endif
