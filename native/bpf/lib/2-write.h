/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 2: appending texts to a record under construction.
 *
 * Every append_* takes the slot, the pair LIMIT(KIND, FIELD) (truncated bit and largest size) and a source, and returns the
 * value for the text's slot in the record. A text that is longer than its limit is cut and its bit set; one that cannot be
 * read is empty, its bit is set and the kind's counter `failed` goes up.
 *
 *   record->exe = append_path(slot, LIMIT(PROCESS_EXEC, EXE), dentry, mount);
 *
 * Before 6.7 the 512 bytes of stack are for a program with all functions that it calls, each rounded up to 32: whoever appends
 * paths may use 448, by name 384 (tools/bpf-stack.test.ts checks it).
 */
#ifndef TARSIER_WRITE_H
#define TARSIER_WRITE_H

#define LIMIT(KIND, FIELD) TARSIER_##KIND##_##FIELD##_BIT, TARSIER_##KIND##_##FIELD##_MAX
#define WALK_ON 0
#define WALK_DONE 1
#define WALK_CUT 2
#define WALK_STEPS 8
/* All that 4,096 bytes can name, which is 2,048 directories, and 64 mounts: else who makes folders in folders hides their place with a path that works. */
#define WALK_ROUNDS 264

/* Counts for one kind on this CPU. Softirq may interrupt, so that what must be exact is added atomically. */
#define COUNT(kind, which)                                                                                             \
	do {                                                                                                               \
		__u32 count_index = (kind);                                                                                    \
		struct counters *count_entry = bpf_map_lookup_elem(&counters, &count_index);                                   \
		if (count_entry)                                                                                               \
			__sync_fetch_and_add(&count_entry->which, 1);                                                              \
	} while (0)

/* Paths are other ones from now on: nothing is folded into what was told before. */
static __always_inline void change_tree(void)
{
	__u32 zero = 0;
	__u32 *epoch = bpf_map_lookup_elem(&tree_changes, &zero);

	if (epoch)
		__sync_fetch_and_add(epoch, 1);
}

/* The generation of the filters, 0 for none. */
static __always_inline __u32 current_generation(void)
{
	__u32 zero = 0;
	const __u32 *generation = bpf_map_lookup_elem(&filter_generation, &zero);

	return generation ? *(const volatile __u32 *)generation : 0;
}

/* How often the tree of files has changed. */
static __always_inline __u32 tree_epoch(void)
{
	__u32 zero = 0;
	const __u32 *changes = bpf_map_lookup_elem(&tree_changes, &zero);

	return changes ? *(const volatile __u32 *)changes : 0;
}

/* Both of these in a word. One place on the stack for both. */
static __always_inline __u64 fold_generation(void)
{
	__u32 zero = 0;
	const __u32 *generation = bpf_map_lookup_elem(&filter_generation, &zero);
	__u64 word = generation ? *(const volatile __u32 *)generation : 0;
	const __u32 *changes = bpf_map_lookup_elem(&tree_changes, &zero);

	return changes ? word | (__u64)*(const volatile __u32 *)changes << 32 : word;
}

static __always_inline struct tarsier_header *header_of(struct slot *slot)
{
	return (struct tarsier_header *)slot->record;
}

/*
 * The same task as a pointer that the verifier does not trust. Since 6.2 every pointer loaded through a trusted one costs the
 * verifier four searches through all type names of the kernel, 3 ms in all: 30 ms per program for the header alone. NULL never, but to the
 * verifier: it must be checked before use, and be used while the slot is held only.
 */
static __always_inline struct task_struct *distrust(struct slot *slot, struct task_struct *task)
{
#ifdef TARSIER_OLD_KERNEL
	return task;
#else
	if (LINUX_KERNEL_VERSION < VERSION(6, 4))
		return task;
	slot->task = task;
	barrier();
	return slot->task;
#endif
}

static __always_inline void mark_truncated(struct slot *slot, __u32 bit)
{
	header_of(slot)->truncated |= 1u << bit;
}

/* Marks a text that could not be read; returns its (empty) value. */
static __always_inline __u32 unreadable(struct slot *slot, __u32 bit)
{
	mark_truncated(slot, bit);
	COUNT(header_of(slot)->kind, failed);
	return 0;
}

/* Where the next text begins. The mask is for the verifier: definitions keep records below 60,000 bytes. */
static __always_inline __u32 next_at(struct slot *slot)
{
	return slot->length & (RECORD_SPACE - 1);
}

static __always_inline __u32 appended(struct slot *slot, __u32 at, __u32 size)
{
	slot->length = at + size;
	return at | size << 16;
}

/* `size` bytes of kernel memory. */
static __always_inline __u32 append_bytes(struct slot *slot, __u32 bit, __u32 max, const void *source, __u32 size)
{
	__u32 at = next_at(slot);
	__u32 kept = AT_MOST(size, max);

	if (size > max)
		mark_truncated(slot, bit);
	if (bpf_probe_read_kernel(slot->record + at, kept, source))
		return unreadable(slot, bit);
	return appended(slot, at, kept);
}

/* `size` bytes of user memory (argv, environ, a packet). */
static __always_inline __u32 append_user_bytes(struct slot *slot, __u32 bit, __u32 max, const void *source, __u64 size)
{
	__u32 at = next_at(slot);
	__u32 kept = AT_MOST(size, max);

	if (size > max)
		mark_truncated(slot, bit);
	if (bpf_probe_read_user(slot->record + at, kept, source))
		return unreadable(slot, bit);
	return appended(slot, at, kept);
}

/* Length of a text after a read of at most max + 2 bytes that returned `read`; max when it was cut. Before 6.8 an empty text is 0. */
static __always_inline __u32 text_length(struct slot *slot, __u32 bit, __u32 max, __s64 read)
{
	if (read <= max + 1)
		return read ? read - 1 : 0;
	mark_truncated(slot, bit);
	return max;
}

/* A text of the kernel, ended by NUL. */
static __always_inline __u32 append_text(struct slot *slot, __u32 bit, __u32 max, const void *source)
{
	__u32 at = next_at(slot);
	__s64 read = bpf_probe_read_kernel_str(slot->record + at, max + 2, source);

	if (read < 0)
		return unreadable(slot, bit);
	return appended(slot, at, text_length(slot, bit, max, read));
}

/* A text of the process, ended by NUL. */
static __always_inline __u32 append_user_text(struct slot *slot, __u32 bit, __u32 max, const void *source)
{
	__u32 at = next_at(slot);
	__s64 read = bpf_probe_read_user_str(slot->record + at, max + 2, source);

	if (read < 0)
		return unreadable(slot, bit);
	return appended(slot, at, text_length(slot, bit, max, read));
}

/* Makes the path walk stop at the root of `task`; begin() has done it for the task of the record. */
static __always_inline void set_root(struct slot *slot, struct task_struct *task)
{
	slot->root_dentry = (__u64)FAST(task, fs, root.dentry);
	slot->root_mount = (__u64)FAST(task, fs, root.mnt);
}

/* One read for all, as each costs some 25 ns. */
static __always_inline void read_link(struct dentry_link *link, struct dentry *dentry)
{
	if (bpf_core_field_offset(struct dentry, d_name) == bpf_core_field_offset(struct dentry, d_parent) + sizeof(link->parent)) {
		bpf_probe_read_kernel(link, sizeof(*link), (void *)dentry + bpf_core_field_offset(struct dentry, d_parent));
		return;
	}
	/* A kernel that shuffles its structures (RANDSTRUCT). */
	bpf_core_read(&link->parent, sizeof(link->parent), &dentry->d_parent);
	bpf_core_read(&link->hash, sizeof(link->hash), &dentry->d_name.hash);
	bpf_core_read(&link->length, sizeof(link->length), &dentry->d_name.len);
	bpf_core_read(&link->name, sizeof(link->name), &dentry->d_name.name);
}

/*
 * Goes on with the walk of a path: WALK_STEPS components or mounts further up, each name written before the last one. All of its
 * state lies in the slot, so that to the verifier every step is equal, and it is a global function, which the verifier checks
 * once per program (and which takes only numbers). Hence the path of 2,112 components costs the check of eight. Nor does it read onto
 * the stack: before 6.7 the 512 bytes of it are for a program and all that it calls, by 32 bytes each.
 */
__noinline int walk_steps(__u32 index)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);

	if (!slot)
		return WALK_CUT;
	for (int step = 0; step < WALK_STEPS; step++) {
		struct dentry *here;
		struct vfsmount *inside;
		struct dentry_link *link;
		__u32 length, position;

		barrier_var(slot); /* else the compiler keeps the addresses of all its fields on the stack */
		here = (struct dentry *)slot->walk_dentry;
		inside = (struct vfsmount *)slot->walk_mount;
		link = &slot->walk_link;

		if ((__u64)here == slot->root_dentry && (__u64)inside == slot->root_mount)
			return WALK_DONE;
		if (!slot->walk_top)
			bpf_core_read(&slot->walk_top, sizeof(slot->walk_top), &inside->mnt_root);
		if ((__u64)here == slot->walk_top) {
			struct mount *outer = (void *)inside - bpf_core_field_offset(struct mount, mnt);

			bpf_core_read(&slot->walk_mount, sizeof(slot->walk_mount), &outer->mnt_parent);
			if (slot->walk_mount == (__u64)outer)
				return WALK_DONE;
			slot->walk_mount += bpf_core_field_offset(struct mount, mnt);
			bpf_core_read(&slot->walk_dentry, sizeof(slot->walk_dentry), &outer->mnt_mountpoint);
			slot->walk_top = 0;
			continue;
		}
		read_link(link, here);
		length = link->length & (NAME_SPACE - 1);
		position = slot->path_start;
		if (position <= length || !link->parent)
			return WALK_CUT;
		position -= length;
		bpf_probe_read_kernel(slot->path + (position & (PATH_SPACE - 1)), length, link->name);
		if (link->parent == here) { /* stands alone: a memfd, a file reached by handle */
			slot->path_start = position;
			return WALK_DONE;
		}
		position--;
		slot->path[position & (PATH_SPACE - 1)] = '/';
		slot->path_start = position;
		slot->walk_dentry = (__u64)link->parent;
	}
	return WALK_ON;
}

/* The largest path text of all kinds: every path field has it. */
#define PATH_MAX_SIZE PATH_SPACE

/*
 * Appends the path of slot->walk_dentry and walk_mount, as the root of the process sees it: written backward into slot->path, then
 * copied. Cut in front when it has over 4,096 bytes or WALK_ROUNDS * WALK_STEPS components and mounts. "/" for the root itself; a
 * dentry that stands alone gives its bare name. A function of its own, as the next one, because a hundred programs use it.
 */
__noinline int write_path(__u32 index, __u32 bit)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);
	int state = WALK_ON;
	__u32 start;

	if (!slot)
		return 0;
	slot->path_start = PATH_SPACE;
	for (int round = 0; round < WALK_ROUNDS && state == WALK_ON; round++)
		state = walk_steps(index);
	if (state != WALK_DONE)
		mark_truncated(slot, bit);
	start = slot->path_start;
	if (start >= PATH_SPACE) {
		start = PATH_SPACE - 1;
		slot->path[PATH_SPACE - 1] = '/';
	}
	return append_bytes(slot, bit, PATH_MAX_SIZE, slot->path + start, PATH_SPACE - start);
}

/* The path of an object of the kernel. */
static __always_inline __u32 append_path(struct slot *slot, __u32 bit, __u32 max, struct dentry *dentry, struct vfsmount *mount)
{
	if (!dentry)
		return 0;
	slot->walk_dentry = (__u64)dentry;
	slot->walk_mount = (__u64)mount;
	slot->walk_top = 0;
	return write_path(slot->index, bit);
}

/* The path of an open file. */
static __always_inline __u32 append_file_path(struct slot *slot, __u32 bit, __u32 max, struct file *file)
{
	return append_path(slot, bit, max, READ(file, f_path.dentry), READ(file, f_path.mnt));
}

/* The current working directory of a task. */
static __always_inline __u32 append_cwd(struct slot *slot, __u32 bit, __u32 max, struct task_struct *task)
{
	return append_path(slot, bit, max, FAST(task, fs, pwd.dentry), FAST(task, fs, pwd.mnt));
}

/* Puts a slash and the text `raw` behind the path `base`, which was just appended. */
static __always_inline __u32 join_path(struct slot *slot, __u32 bit, __u32 base, __u32 raw)
{
	__u32 raw_at = raw & (RECORD_SPACE - 1), raw_size = raw >> 16;
	__u32 base_at = base & (RECORD_SPACE - 1), base_size = base >> 16;

	if (base_size == 1) /* "/" */
		slot->length = base_at + --base_size;
	if (base_size + 1 + raw_size > PATH_MAX_SIZE) {
		mark_truncated(slot, bit);
		raw_size = base_size + 1 < PATH_MAX_SIZE ? PATH_MAX_SIZE - base_size - 1 : 0;
	}
	slot->record[next_at(slot)] = '/';
	slot->length++;
	append_bytes(slot, bit, PATH_MAX_SIZE, slot->record + raw_at, raw_size);
	return base_at | (base_size + 1 + raw_size) << 16;
}

/* append_named_path() for programs that have no stack left for another function. */
static __always_inline __u32 append_named_path_inline(struct slot *slot, __u32 bit, __s32 dirfd, __u32 raw)
{
	struct task_struct *task = distrust(slot, current_task());
	struct file *file;
	__u32 base;

	if (!task || (raw >> 16 && slot->record[raw & (RECORD_SPACE - 1)] == '/'))
		return raw;
	if (dirfd == AT_FDCWD) {
		base = append_cwd(slot, bit, PATH_MAX_SIZE, task);
	} else {
		file = file_of(task, dirfd);
		if (!file)
			return raw;
		base = append_file_path(slot, bit, PATH_MAX_SIZE, file);
	}
	return raw >> 16 ? join_path(slot, bit, base, raw) : base;
}

__noinline int write_named_path(__u32 index, __u32 bit, __s32 dirfd, __u32 raw)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);

	return slot ? append_named_path_inline(slot, bit, dirfd, raw) : raw;
}

/*
 * A path by name: `raw` (the value that append_user_text returned for the argument just before) as it is when it is absolute,
 * else behind the path of `dirfd` (or the working directory) and a slash. Not normalised. An absolute one costs nothing: both
 * texts share their bytes.
 */
static __always_inline __u32 append_named_path(struct slot *slot, __u32 bit, __u32 max, __s32 dirfd, __u32 raw)
{
	return write_named_path(slot->index, bit, dirfd, raw);
}

#endif
