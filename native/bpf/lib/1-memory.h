/* SPDX-License-Identifier: GPL-2.0 */
/* Layer 1: what lies at an address of the current process. */
#ifndef TARSIER_MEMORY_H
#define TARSIER_MEMORY_H

/* Values of memory.protect's `backing`. */
enum backing {
	BACKING_UNKNOWN,
	BACKING_ANONYMOUS,
	BACKING_HEAP,
	BACKING_STACK,
	BACKING_FILE,
	BACKING_CHANGED_FILE,
	BACKING_UNNAMED_FILE,
};

/* The maple tree of the mappings (lib/maple_tree.c, since 6.1): 16 slots in a leaf, 10 in an inner node. */
#define MAPLE_LEVELS 8
#define MAPLE_PIVOTS 15
#define MAPLE_INNER_PIVOTS 9
#define MAPLE_NODE_MASK 255ull
#define VM_GROWSDOWN 0x100
#define MAPLE_TYPE(entry) ((entry) >> 3 & 15)

/*
 * The mapping that holds `address`; NULL where there is none or the kernel is older than 6.1. Read without the lock, which a BPF
 * program could only try for (bpf_find_vma): another thread that keeps it busy would blind the sensor.
 */
static __always_inline struct vm_area_struct *mapping_at(struct mm_struct *memory, __u64 address)
{
	__u64 entry;

	if (!bpf_core_field_exists(memory->mm_mt))
		return NULL;
	entry = (__u64)READ(memory, mm_mt.ma_root);
	for (int level = 0; level < MAPLE_LEVELS; level++) {
		struct maple_node *node = (struct maple_node *)(entry & ~MAPLE_NODE_MASK);
		bool inner = MAPLE_TYPE(entry) == maple_arange_64;
		bool leaf = MAPLE_TYPE(entry) == maple_leaf_64;
		__u64 pivots[MAPLE_PIVOTS] = {};
		void *slots;
		__u32 slot;

		/* A tree of one mapping has no node. */
		if (entry < 4096)
			return NULL;
		if (inner) {
			bpf_probe_read_kernel(pivots, MAPLE_INNER_PIVOTS * sizeof(__u64), &node->ma64.pivot);
			slots = &node->ma64.slot;
		} else {
			bpf_probe_read_kernel(pivots, sizeof(pivots), &node->mr64.pivot);
			slots = &node->mr64.slot;
		}
		for (slot = 0; slot < MAPLE_PIVOTS; slot++)
			if (pivots[slot] >= address || (inner && slot == MAPLE_INNER_PIVOTS))
				break;
		bpf_probe_read_kernel(&entry, sizeof(entry), slots + slot * sizeof(entry));
		if (leaf)
			return (struct vm_area_struct *)entry;
	}
	return NULL;
}

static __always_inline enum backing backing_of_file(struct file *file)
{
	return READ(file, f_inode, i_nlink) ? BACKING_FILE : BACKING_UNNAMED_FILE;
}

static __always_inline enum backing backing_at(__u64 address)
{
	struct mm_struct *memory = FAST(current_task(), mm);
	struct vm_area_struct *mapping = mapping_at(memory, address);
	struct file *file = READ(mapping, vm_file);
	__u64 start = READ(mapping, vm_start), end = READ(mapping, vm_end);

	if (!mapping || !end)
		return BACKING_UNKNOWN;
	if (file && backing_of_file(file) == BACKING_UNNAMED_FILE)
		return BACKING_UNNAMED_FILE;
	/* A private page of a file that was written is anonymous memory from then on. */
	if (file)
		return READ(mapping, anon_vma) ? BACKING_CHANGED_FILE : BACKING_FILE;
	/* A page that mprotect() split off is still marked. */
	if (READ(mapping, vm_flags) & VM_GROWSDOWN)
		return BACKING_STACK;
	if (start <= READ(memory, brk) && end > READ(memory, start_brk))
		return BACKING_HEAP;
	return BACKING_ANONYMOUS;
}

#endif
