// SPDX-License-Identifier: GPL-2.0
/* Processes that leave their namespaces or enter those of others. */

#define NSFS_MAGIC 0x6e736673
/* Every CLONE_NEW* that unshare knows; what else it splits (descriptors, working directory) is nobody's business. */
#define NEW_NAMESPACES 0x7e020080

/* The descriptor names a namespace (nsfs) or, with several types asked for, a process (pidfd): then only the types are told. */
static __always_inline int ns_setns(const struct call *call)
{
	struct file *file = file_of_fd(call->args[0]);
	struct tarsier_ns_setns *record;
	struct slot *slot = begin(TARSIER_KIND_NS_SETNS, sizeof(*record), call);
	struct ns_common *namespace;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->fd = call->args[0];
	record->ns_type = call->args[1];
	if (READ(file, f_inode, i_sb, s_magic) == NSFS_MAGIC) {
		namespace = READ(file, f_inode, i_private);
		record->ns_inum = READ(namespace, inum);
		record->ns_name = append_text(slot, LIMIT(NS_SETNS, NS_NAME), READ(namespace, ops, name));
	}
	return emit(slot);
}

SYSCALL(ns_setns, setns, SETNS, ns_setns)
COMPAT(ns_setns, 346, setns, SETNS, ns_setns)

static __always_inline int ns_unshare(const struct call *call)
{
	struct tarsier_ns_unshare *record;
	struct slot *slot;

	if (!(call->args[0] & NEW_NAMESPACES))
		return 0;
	slot = begin(TARSIER_KIND_NS_UNSHARE, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->unshare_flags = call->args[0];
	return emit(slot);
}

SYSCALL(ns_unshare, unshare, UNSHARE, ns_unshare)
COMPAT(ns_unshare, 310, unshare, UNSHARE, ns_unshare)
