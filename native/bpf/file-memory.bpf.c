// SPDX-License-Identifier: GPL-2.0
/* Files that live in memory only. */

static __always_inline int file_memfd_create(const struct call *call)
{
	struct slot *slot = begin(TARSIER_KIND_FILE_MEMFD_CREATE, sizeof(struct tarsier_file_memfd_create), call);
	struct tarsier_file_memfd_create *record;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->memfd_flags = call->args[1];
	record->memfd_name = append_user_text(slot, LIMIT(FILE_MEMFD_CREATE, MEMFD_NAME), (void *)call->args[0]);
	return emit(slot);
}
SYSCALL(file_memfd_create, memfd_create, MEMFD_CREATE, file_memfd_create)
COMPAT(file_memfd_create, 356, memfd_create, MEMFD_CREATE, file_memfd_create)
