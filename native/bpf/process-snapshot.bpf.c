// SPDX-License-Identifier: GPL-2.0
/* Every process that lives when the sensor starts; the reader gets one record each. It is not sent through the ring. */
SEC("iter/task")
int process_snapshot__task(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct tarsier_process_snapshot *record;
	struct mm_struct *memory;
	struct slot *slot;
	struct file *exe;
	__u32 first = 0, size;

	if (!task || FAST(task, pid) != FAST(task, tgid) || FAST(task, signal, live.counter) == 0)
		return 0;
	slot = bpf_map_lookup_elem(&scratch, &first);
	if (!slot)
		return 0;
	COUNT(TARSIER_KIND_PROCESS_SNAPSHOT, seen);
	slot->index = first;
	open_record(slot, TARSIER_KIND_PROCESS_SNAPSHOT, sizeof(*record), task);
	record = (void *)slot->record;
	record->header.type = TARSIER_TYPE_SNAPSHOT;
	task = distrust(slot, task);
	if (!task)
		return 0;
	memory = FAST(task, mm);
	exe = READ(memory, exe_file);
	SET_IMAGE(slot, record, PROCESS_SNAPSHOT, task, exe);
	size = close_record(slot);
	if (bpf_seq_write(context->meta->seq, slot->record, size) == 0)
		COUNT(TARSIER_KIND_PROCESS_SNAPSHOT, sent);
	return 0;
}
