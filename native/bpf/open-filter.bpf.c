// SPDX-License-Identifier: GPL-2.0
/* Which opens no loaded rule can match. The cheap facts come first: most opens have no term left before their path is asked for. */

/* Failed opens of longer paths are not folded. */
#define FOLDED_WORDS 16
#define FOLDED_PATH (FOLDED_WORDS * 8)

/* What the stack has no room for. */
struct open_work {
	struct open_request asked;
	struct opened opened;
	struct dentry_link link;
	struct fold_key key;
	__u64 words[FOLDED_WORDS];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct open_work);
} open_works SEC(".maps");

/* Never NULL in truth. Opens are told in the context of a task, and none interrupts another. */
static __always_inline struct open_work *take_open_work(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&open_works, &zero);
}

/* The number that classOf() in src/events/filter-classes.ts gives the record. */
static __always_inline __u32 open_class(__u32 flags, bool failed, bool made, __u32 type, bool memory)
{
	__u32 access = flags & O_PATH ? 0 : ((flags & O_ACCMODE) != O_WRONLY) | ((flags & O_ACCMODE) != 0) << 1;

	return access + 4 * (failed + 2 * (made + 2 * (type + 3 * memory)));
}

static __always_inline __u32 class_of(const struct open_work *work, bool opened)
{
	const struct opened *file = &work->opened;
	__u32 flags = work->asked.flags, format = file->format;
	struct inode *inode = file->inode;
	bool memory;

	if (!opened)
		return open_class(flags, true, false, flags & O_DIRECTORY ? 2 : 0, false);
	memory = work->link.length == 3 && is_process_memory(file->path.dentry) && READ(inode, i_sb, s_magic) == PROC_SUPER_MAGIC;
	return open_class(file->flags, false, made_file(file->mode, flags), format == S_IFREG ? 1 : format == S_IFDIR ? 2 : 0, memory);
}

/* The root of the process goes through memory, behind which the verifier takes a pointer for the number that is to be hashed. */
static __always_inline __u64 tag_of_file(const struct filter *filter, struct open_work *work, struct task_struct *task)
{
	const struct opened *opened = &work->opened;
	__u64 hash = mix(begin_hash(), (__u64)opened->path.dentry ^ (__u64)filter->generation << 48);

	hash = mix(hash, (__u64)opened->path.mnt ^ (__u64)tree_epoch() << 48);
	hash = mix(hash, (__u64)work->link.parent);
	hash = mix(hash, (__u64)work->link.length << 32 | work->link.hash);
	hash = mix(hash, opened->ino);
	work->words[0] = (__u64)FAST(task, fs, root.dentry);
	barrier();
	return mix(hash, work->words[0]);
}

/* True when the filter drops the open; counted then. Else *terms are those that are left. `opened` is false where there is no file. */
static __always_inline bool open_ruled_out(const struct filter *filter, struct open_work *work, struct task_struct *task, bool opened, __u64 *terms)
{
	__u64 left = class_terms(filter, class_of(work, opened)), tag = 0, asked;
	struct seen_file *seen = NULL;
	bool known = false, by_path;

	if (!left) {
		count_filtered(TARSIER_KIND_FILE_OPEN, filtered_class);
		return true;
	}
	left = name_terms(filter, task, left);
	if (opened && left) {
		tag = tag_of_file(filter, work, task);
		seen = seen_place(tag);
		known = seen && is_seen(seen, tag, left);
	}
	if (known)
		left &= seen->left;
	by_path = known && !left;
	if (left)
		left &= verdict_mask(filter->kind, filter->generation);
	if (opened && left && !known) {
		asked = left;
		left = path_terms(filter, task, &work->opened.path, &work->link, asked);
		if (seen)
			remember_seen(seen, tag, asked, left);
		by_path = !left;
	}
	*terms = left;
	if (left)
		return false;
	if (by_path)
		count_filtered(TARSIER_KIND_FILE_OPEN, filtered_object);
	else
		count_filtered(TARSIER_KIND_FILE_OPEN, filtered_process);
	return true;
}
