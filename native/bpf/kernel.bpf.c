// SPDX-License-Identifier: GPL-2.0
/* What changes or watches the kernel itself: modules, BPF, performance events, userfaultfd, kexec. */

static __always_inline int kernel_module(const struct call *call)
{
	struct slot *slot = begin(TARSIER_KIND_KERNEL_MODULE, sizeof(struct tarsier_kernel_module), call);
	struct tarsier_kernel_module *record;
	struct file *file;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->fd = -1;
	switch (call->type) {
	case TARSIER_TYPE_INIT_MODULE: /* image, size, parameters */
		record->parameters = append_user_text(slot, LIMIT(KERNEL_MODULE, PARAMETERS), (void *)call->args[2]);
		break;
	case TARSIER_TYPE_FINIT_MODULE: /* descriptor, parameters, flags */
		record->fd = call->args[0];
		record->module_flags = call->args[2];
		record->parameters = append_user_text(slot, LIMIT(KERNEL_MODULE, PARAMETERS), (void *)call->args[1]);
		file = file_of_fd(record->fd);
		if (file)
			record->module_path = append_file_path(slot, LIMIT(KERNEL_MODULE, MODULE_PATH), file);
		break;
	default: /* name, flags */
		record->module_flags = call->args[1];
		record->module_name = append_user_text(slot, LIMIT(KERNEL_MODULE, MODULE_NAME), (void *)call->args[0]);
	}
	return emit(slot);
}
SYSCALL(kernel_module, init_module, INIT_MODULE, kernel_module)
SYSCALL(kernel_module, finit_module, FINIT_MODULE, kernel_module)
SYSCALL(kernel_module, delete_module, DELETE_MODULE, kernel_module)
COMPAT(kernel_module, 128, init_module, INIT_MODULE, kernel_module)
COMPAT(kernel_module, 129, delete_module, DELETE_MODULE, kernel_module)
COMPAT(kernel_module, 350, finit_module, FINIT_MODULE, kernel_module)

/* Offsets in union bpf_attr, an interface that stays: the type comes first in both forms. */
#define PROGRAM_NAME_AT 48
#define MAP_NAME_AT 28

/* Commands on what exists (map lookups, queries) are many and alike: folded by command. A program or a map made never is. */
static __always_inline int kernel_bpf(const struct call *call)
{
	__u32 command = call->args[0];
	__u32 name_at = command == BPF_PROG_LOAD ? PROGRAM_NAME_AT : MAP_NAME_AT;
	bool makes = command == BPF_PROG_LOAD || command == BPF_MAP_CREATE;
	const void *attributes = (const void *)call->args[1];
	struct tarsier_kernel_bpf *record;
	struct fold_key key;
	__u64 folded = 0;
	struct slot *slot;

	begin_fold(&key, TARSIER_KIND_KERNEL_BPF, call->type);
	key.a = command;
	key.extra = call->ret < 0 ? call->ret : 0;
	if (!makes && fold(&key, &folded))
		return 0;
	slot = begin(TARSIER_KIND_KERNEL_BPF, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	carry_repeats(slot, folded);
	record->command = command;
	if (makes) {
		bpf_probe_read_user(&record->program_type, sizeof(record->program_type), attributes);
		record->object_name = append_user_text(slot, LIMIT(KERNEL_BPF, OBJECT_NAME), attributes + name_at);
	}
	return emit(slot);
}
SYSCALL(kernel_bpf, bpf, BPF, kernel_bpf)
COMPAT(kernel_bpf, 357, bpf, BPF, kernel_bpf)

static __always_inline int kernel_perf_event_open(const struct call *call)
{
	struct slot *slot = begin(TARSIER_KIND_KERNEL_PERF_EVENT_OPEN, sizeof(struct tarsier_kernel_perf_event_open), call);
	struct { __u32 type, size; __u64 config; } attributes = {}; /* begin of struct perf_event_attr */
	struct tarsier_kernel_perf_event_open *record;
	struct target target;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	bpf_probe_read_user(&attributes, sizeof(attributes), (void *)call->args[0]);
	record->perf_type = attributes.type;
	record->config = attributes.config;
	record->on_cpu = call->args[2];
	target_of_number(&target, call->args[1]);
	/* 0 is the caller here, not a group. */
	if (!(__u32)call->args[1])
		target_self(&target, current_task());
	SET_TARGET(record, &target, call->args[1]);
	return emit(slot);
}
SYSCALL(kernel_perf_event_open, perf_event_open, PERF_EVENT_OPEN, kernel_perf_event_open)
COMPAT(kernel_perf_event_open, 336, perf_event_open, PERF_EVENT_OPEN, kernel_perf_event_open)

static __always_inline int kernel_userfaultfd(const struct call *call)
{
	struct slot *slot = begin(TARSIER_KIND_KERNEL_USERFAULTFD, sizeof(struct tarsier_kernel_userfaultfd), call);

	if (!slot)
		return 0;
	((struct tarsier_kernel_userfaultfd *)slot->record)->fault_flags = call->args[0];
	return emit(slot);
}
SYSCALL(kernel_userfaultfd, userfaultfd, USERFAULTFD, kernel_userfaultfd)
COMPAT(kernel_userfaultfd, 374, userfaultfd, USERFAULTFD, kernel_userfaultfd)

/* kexec_load: entry, segments, addresses, flags. kexec_file_load: kernel, initrd, size, command line, flags. */
static __always_inline int kernel_kexec(const struct call *call)
{
	bool by_file = call->type == TARSIER_TYPE_KEXEC_FILE_LOAD;
	struct slot *slot = begin(TARSIER_KIND_KERNEL_KEXEC, sizeof(struct tarsier_kernel_kexec), call);
	struct tarsier_kernel_kexec *record;
	struct file *file;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->kexec_flags = call->args[by_file ? 4 : 3];
	file = by_file ? file_of_fd(call->args[0]) : NULL;
	if (file)
		record->kernel_path = append_file_path(slot, LIMIT(KERNEL_KEXEC, KERNEL_PATH), file);
	return emit(slot);
}
SYSCALL(kernel_kexec, kexec_load, KEXEC_LOAD, kernel_kexec)
SYSCALL(kernel_kexec, kexec_file_load, KEXEC_FILE_LOAD, kernel_kexec)
COMPAT(kernel_kexec, 283, kexec_load, KEXEC_LOAD, kernel_kexec)
