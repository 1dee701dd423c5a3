// SPDX-License-Identifier: GPL-2.0
/* Denied beforehand: what reaches into other processes or into the kernel, and other users and groups. See deny.bpf.c. */

#ifdef __TARGET_ARCH_x86
#define NR_PTRACE 101
#else
#define NR_PTRACE 117
#endif
/* Of 32-bit programs, on both. */
#define NR_COMPAT_PTRACE 26

/* ---- tracing: asked when it begins; what a tracer does later has no hook ---- */

#define PTRACE_ATTACH 16
#define PTRACE_SEIZE 0x4206
#define PTRACE_MODE_ATTACH 2

static __always_inline int deny_ptrace(struct task_struct *target, __u32 request, __u32 class)
{
	struct tarsier_inject_ptrace *record;
	struct denial denial;
	struct slot *slot;

	if (!begin_denial(&denial, TARSIER_KIND_INJECT_PTRACE))
		return 0;
	deny_class(&denial, class);
	deny_number(&denial, DENY_EUID, FAST(current_task(), cred, euid.val));
	deny_comm(&denial, DENY_NAME, FAST(target, group_leader));
	slot = denial.terms ? open_denial(&denial, sizeof(*record), TARSIER_TYPE_PTRACE) : NULL;
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->request = request;
	record->target_start_ns = FAST(target, group_leader, start_boottime);
	record->target_pid = FAST(target, tgid);
	record->target_given_pid = FAST(target, pid);
	deny_exe(&denial, slot);
	return end_denial(&denial, slot);
}

/* Whoever reads in /proc is asked about, too: only the call itself counts. */
SEC("lsm/ptrace_access_check")
int deny_inject_ptrace__attach(__u64 *context)
{
	struct task_struct *task = current_task();
	struct pt_regs *registers = task_registers(task);
	bool compat = in_compat_call(task);
	struct call call;

	if (!(context[1] & PTRACE_MODE_ATTACH) || (int)CALL_NUMBER(registers) != (compat ? NR_COMPAT_PTRACE : NR_PTRACE))
		return 0;
	if (compat)
		read_compat_call(&call, registers, 0, TARSIER_TYPE_PTRACE);
	else
		read_call(&call, registers, 0, TARSIER_TYPE_PTRACE);
	if (call.args[0] != PTRACE_ATTACH && call.args[0] != PTRACE_SEIZE)
		return 0;
	return deny_ptrace((struct task_struct *)context[0], call.args[0], call.args[0] == PTRACE_ATTACH ? 1 : 2);
}

SEC("lsm/ptrace_traceme")
int deny_inject_ptrace__traceme(__u64 *context)
{
	return deny_ptrace(current_task(), PTRACE_TRACEME, 0);
}

/* ---- the kernel itself ---- */

SEC("lsm/bpf")
int deny_kernel_bpf__call(__u64 *context)
{
	const union bpf_attr *attributes = (const union bpf_attr *)context[1];
	__u32 command = context[0], size = context[2];
	struct tarsier_kernel_bpf *record;
	struct denial denial;
	struct slot *slot;

	if (!begin_denial(&denial, TARSIER_KIND_KERNEL_BPF))
		return 0;
	deny_class(&denial, command < DENY_CLASSES ? command : DENY_CLASSES - 1);
	deny_number(&denial, DENY_EUID, FAST(current_task(), cred, euid.val));
	slot = denial.terms ? open_denial(&denial, sizeof(*record), TARSIER_TYPE_BPF) : NULL;
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->command = command;
	if (command == BPF_PROG_LOAD || command == BPF_MAP_CREATE) {
		const void *name = (const void *)attributes + (command == BPF_PROG_LOAD ? PROGRAM_NAME_AT : MAP_NAME_AT);

		record->program_type = READ(attributes, prog_type);
		if (size > PROGRAM_NAME_AT)
			record->object_name = append_text(slot, LIMIT(KERNEL_BPF, OBJECT_NAME), name);
	}
	deny_exe(&denial, slot);
	return end_denial(&denial, slot);
}

static __always_inline int deny_module(struct file *file, __u16 type)
{
	struct tarsier_kernel_module *record;
	struct denial denial;
	struct slot *slot;

	if (!begin_denial(&denial, TARSIER_KIND_KERNEL_MODULE))
		return 0;
	deny_class(&denial, type == TARSIER_TYPE_FINIT_MODULE);
	deny_number(&denial, DENY_EUID, FAST(current_task(), cred, euid.val));
	slot = denial.terms ? open_denial(&denial, sizeof(*record), type) : NULL;
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->fd = -1;
	if (file)
		record->module_path = append_file_path(slot, LIMIT(KERNEL_MODULE, MODULE_PATH), file);
	deny_text(&denial, slot, DENY_PATH, record->module_path, TARSIER_KERNEL_MODULE_MODULE_PATH_BIT);
	deny_exe(&denial, slot);
	return end_denial(&denial, slot);
}

SEC("lsm/kernel_read_file")
int deny_kernel_module__file(__u64 *context)
{
	if ((__u32)context[1] != bpf_core_enum_value(enum kernel_read_file_id, READING_MODULE))
		return 0;
	return deny_module((struct file *)context[0], TARSIER_TYPE_FINIT_MODULE);
}

SEC("lsm/kernel_load_data")
int deny_kernel_module__memory(__u64 *context)
{
	if ((__u32)context[0] != bpf_core_enum_value(enum kernel_load_data_id, LOADING_MODULE))
		return 0;
	return deny_module(NULL, TARSIER_TYPE_INIT_MODULE);
}

/* ---- other users and groups: judged and told with the ids that the process would have ---- */

#define LSM_SETID_RE 2
#define LSM_SETID_RES 4
#define LSM_SETID_FS 8

static __always_inline int deny_ids(const struct cred *new, __u32 class, __u16 type)
{
	struct tarsier_cred_set_ids *record;
	struct task_struct *task = current_task();
	struct denial denial;
	struct slot *slot;
	struct call call;

	if (!begin_denial(&denial, TARSIER_KIND_CRED_SET_IDS))
		return 0;
	deny_class(&denial, class);
	deny_number(&denial, DENY_EUID, FAST(new, euid.val));
	slot = denial.terms ? open_denial(&denial, sizeof(*record), type) : NULL;
	if (!slot)
		return 0;
	record = (void *)slot->record;
	if (in_compat_call(task))
		read_compat_call(&call, task_registers(task), 0, type);
	else
		read_call(&call, task_registers(task), 0, type);
	record->arg0 = call.args[0];
	/* setre and setres come after set, in pairs of user and group; see CLASSES. */
	record->arg1 = class >= 2 && class < 6 ? call.args[1] : NO_ID;
	record->arg2 = class >= 4 && class < 6 ? call.args[2] : NO_ID;
	record->header.uid = FAST(new, uid.val);
	record->header.gid = FAST(new, gid.val);
	record->header.euid = FAST(new, euid.val);
	record->header.egid = FAST(new, egid.val);
	record->suid = FAST(new, suid.val);
	record->sgid = FAST(new, sgid.val);
	deny_exe(&denial, slot);
	return end_denial(&denial, slot);
}

#define DENY_IDS(name, WHOSE)                                                                                          \
	SEC("lsm/task_fix_" #name)                                                                                         \
	int deny_cred_set_ids__##name(__u64 *context)                                                                      \
	{                                                                                                                  \
		const struct cred *new = (const struct cred *)context[0];                                                      \
		__u32 group = TARSIER_TYPE_SET##WHOSE == TARSIER_TYPE_SETGID;                                                  \
                                                                                                                       \
		switch ((__u32)context[2]) {                                                                                   \
		case LSM_SETID_RE:                                                                                             \
			return deny_ids(new, 2 + group, TARSIER_TYPE_SETRE##WHOSE);                                                \
		case LSM_SETID_RES:                                                                                            \
			return deny_ids(new, 4 + group, TARSIER_TYPE_SETRES##WHOSE);                                               \
		case LSM_SETID_FS:                                                                                             \
			return deny_ids(new, 6 + group, TARSIER_TYPE_SETFS##WHOSE);                                                \
		}                                                                                                              \
		return deny_ids(new, group, TARSIER_TYPE_SET##WHOSE);                                                          \
	}
DENY_IDS(setuid, UID)
DENY_IDS(setgid, GID)
