// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that becomes executable without being what a named file holds. What the dynamic loader does all day (PROT_READ |
 * PROT_EXEC of an unchanged file) ends at the first or second comparison. A just-in-time compiler does it thousands of times a
 * second, always alike: folded by protection, flags and backing, whatever the address.
 */

#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_ANONYMOUS 0x20

struct protection {
	__u64 address;
	__u64 length;
	__u32 bits;
	__u32 map_flags;
	__s32 fd;
	enum backing backing;
};

static __always_inline int send_protection(const struct call *call, const struct protection *asked)
{
	struct tarsier_memory_protect *record;
	struct fold_key key;
	struct slot *slot;
	__u64 folded;

	begin_fold(&key, TARSIER_KIND_MEMORY_PROTECT, call->type);
	key.a = asked->bits;
	key.b = asked->map_flags;
	key.c = asked->backing;
	key.extra = (__s64)call->ret < 0 && call->ret > -4096 ? call->ret : 0;
	if (fold(&key, &folded))
		return 0;
	slot = begin_bulk(TARSIER_KIND_MEMORY_PROTECT, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	carry_repeats(slot, folded);
	record->address = asked->address;
	record->length = asked->length;
	record->protection = asked->bits;
	record->map_flags = asked->map_flags;
	record->fd = asked->fd;
	record->backing = asked->backing;
	return emit(slot);
}

static __always_inline int memory_mmap(const struct call *call)
{
	struct protection asked = {
		.length = call->args[1],
		.bits = call->args[2],
		.map_flags = call->args[3],
		.fd = -1,
		.backing = BACKING_ANONYMOUS,
	};
	struct file *file;

	if (!(asked.bits & PROT_EXEC))
		return 0;
	/* What the kernel chose, where it succeeded. */
	asked.address = call->ret < 0 ? call->args[0] : call->ret;
	if (!(asked.map_flags & MAP_ANONYMOUS)) {
		asked.fd = call->args[4];
		file = file_of_fd(asked.fd);
		asked.backing = file ? backing_of_file(file) : BACKING_UNKNOWN;
	}
	if (asked.backing == BACKING_FILE && !(asked.bits & PROT_WRITE))
		return 0;
	return send_protection(call, &asked);
}
SYSCALL(memory_protect, mmap, MMAP, memory_mmap)
COMPAT(memory_protect, 192, mmap2, MMAP, memory_mmap)

/* The mapping is asked what it is; where that cannot be told the event goes out with backing 0. */
static __always_inline int memory_mprotect(const struct call *call)
{
	struct protection asked = {
		.address = call->args[0],
		.length = call->args[1],
		.bits = call->args[2],
		.fd = -1,
	};

	if (!(asked.bits & PROT_EXEC))
		return 0;
	asked.backing = backing_at(asked.address);
	if (asked.backing == BACKING_FILE && !(asked.bits & PROT_WRITE))
		return 0;
	return send_protection(call, &asked);
}
SYSCALL(memory_protect, mprotect, MPROTECT, memory_mprotect)
SYSCALL(memory_protect, pkey_mprotect, PKEY_MPROTECT, memory_mprotect)
COMPAT(memory_protect, 125, mprotect, MPROTECT, memory_mprotect)
COMPAT(memory_protect, 380, pkey_mprotect, PKEY_MPROTECT, memory_mprotect)
