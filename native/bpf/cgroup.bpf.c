// SPDX-License-Identifier: GPL-2.0
/* Control groups come. */

/*
 * A container may have ended before user space reads of its processes where they stood: here its id and its path are told together, before any process
 * is in it. Bulk: where there is no room for it, /proc is still asked. Hierarchies of version 1 have ids of their own, which no header has.
 */
SEC("tp_btf/cgroup_mkdir")
int cgroup_make__mkdir(__u64 *context)
{
	struct cgroup *made = (struct cgroup *)context[0];
	const void *path = (const void *)context[1];
	struct call call = { .type = TARSIER_TYPE_CGROUP_MKDIR };
	struct tarsier_cgroup_make *record;
	struct slot *slot;

	if (FAST(made, root, hierarchy_id) != 0)
		return 0;
	slot = begin_bulk(TARSIER_KIND_CGROUP_MAKE, sizeof(*record), &call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->made_id = FAST(made, kn, id);
	record->path = append_text(slot, LIMIT(CGROUP_MAKE, PATH), path);
	return emit(slot);
}
