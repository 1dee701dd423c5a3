// SPDX-License-Identifier: GPL-2.0
/* Programs begin, images change, programs end. */

/* Numbers of the calls that make processes, 64-bit and 32-bit (arch/x86/entry/syscalls/, include/uapi/asm-generic/unistd.h). */
#ifdef __TARGET_ARCH_x86
#define NR_CLONE 56
#define NR_FORK 57
#define NR_VFORK 58
#else
#define NR_CLONE 220
#define NR_FORK -1
#define NR_VFORK -1
#endif
#define NR_COMPAT_FORK 2
#define NR_COMPAT_CLONE 120
#define NR_COMPAT_VFORK 190
#define NR_CLONE3 435
#define SIGCHLD 17
#define CLONE_VM 0x100
#define CLONE_VFORK 0x4000
/* Where struct clone_args has the signal that the older calls carry in the low byte of their flags. */
#define CLONE3_SIGNAL_OFFSET 32

/* The new image stands and its memory is that of the task: path, argv and environ are the true ones, whatever was passed. */
SEC("tp_btf/sched_process_exec")
int process_exec__sched(__u64 *context)
{
	struct task_struct *task = (struct task_struct *)context[0];
	struct linux_binprm *program = (struct linux_binprm *)context[2];
	struct mm_struct *memory = FAST(task, mm);
	struct file *exe = READ(memory, exe_file);
	struct call call = { .type = TARSIER_TYPE_EXECVE, .flags = TARSIER_FLAG_HAS_RESULT };
	struct tarsier_process_exec *record;
	struct slot *slot;

	/* x86 rewrites the call number to that of execve (set_personality_64bit); only execveat leaves an fdpath. */
	if (bpf_core_field_exists(((struct linux_binprm___fdpath *)0)->fdpath) && FAST((struct linux_binprm___fdpath *)program, fdpath))
		call.type = TARSIER_TYPE_EXECVEAT;
	/* Since then the task is in a call of its new image's kind, so that this says: a 32-bit program. */
	if (in_compat_call(task))
		call.flags |= TARSIER_FLAG_COMPAT;
	slot = begin(TARSIER_KIND_PROCESS_EXEC, sizeof(*record), &call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	task = distrust(slot, task);
	if (!task)
		return drop(slot);
	SET_IMAGE(slot, record, PROCESS_EXEC, task, exe);
	record->raw_path = append_text(slot, LIMIT(PROCESS_EXEC, RAW_PATH), FAST(program, filename));
	record->argv = append_user_bytes(slot, LIMIT(PROCESS_EXEC, ARGV), (void *)READ(memory, arg_start),
					 READ(memory, arg_end) - READ(memory, arg_start));
	record->env = append_user_bytes(slot, LIMIT(PROCESS_EXEC, ENV), (void *)READ(memory, env_start),
					READ(memory, env_end) - READ(memory, env_start));
	return emit_or_kill(slot, call.type == TARSIER_TYPE_EXECVEAT);
}

/* Success is told by the program above: at this exit the arguments are gone with the old image. */
static __always_inline int tell_exec_failure(const struct call *call, __s32 dirfd, __u64 path, __u32 flags)
{
	struct tarsier_process_exec_failed *record;
	struct slot *slot;

	if (call->ret >= 0)
		return 0;
	slot = begin(TARSIER_KIND_PROCESS_EXEC_FAILED, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->exec_flags = flags;
	record->raw_path = append_user_text(slot, LIMIT(PROCESS_EXEC_FAILED, RAW_PATH), (void *)path);
	record->path = append_named_path(slot, LIMIT(PROCESS_EXEC_FAILED, PATH), dirfd, record->raw_path);
	return emit(slot);
}

static __always_inline int process_execve_failed(const struct call *call)
{
	return tell_exec_failure(call, AT_FDCWD, call->args[0], 0);
}

static __always_inline int process_execveat_failed(const struct call *call)
{
	return tell_exec_failure(call, call->args[0], call->args[1], call->args[4]);
}

SYSCALL(process_exec_failed, execve, EXECVE, process_execve_failed)
SYSCALL(process_exec_failed, execveat, EXECVEAT, process_execveat_failed)
COMPAT(process_exec_failed, 11, execve, EXECVE, process_execve_failed)
COMPAT(process_exec_failed, 358, execveat, EXECVEAT, process_execveat_failed)

/* Which call makes the process, and with what flags; clone for what the kernel itself starts. */
static __always_inline __u64 clone_flags(struct task_struct *task, struct call *call)
{
	struct pt_regs *registers = task_registers(task);
	bool compat = in_compat_call(task);
	int number = CALL_NUMBER(registers);
	__u64 flags = 0, signal = 0;

	call->type = TARSIER_TYPE_CLONE;
	if (FAST(task, flags) & PF_KTHREAD)
		return 0;
	if (compat)
		read_compat_call(call, registers, 0, TARSIER_TYPE_CLONE);
	else
		read_call(call, registers, 0, TARSIER_TYPE_CLONE);
	if (number == NR_CLONE3) {
		call->type = TARSIER_TYPE_CLONE3;
		bpf_probe_read_user(&flags, sizeof(flags), (void *)call->args[0]);
		bpf_probe_read_user(&signal, sizeof(signal), (void *)call->args[0] + CLONE3_SIGNAL_OFFSET);
		return flags | signal;
	}
	if (number == (compat ? NR_COMPAT_CLONE : NR_CLONE))
		return call->args[0];
	if (number == (compat ? NR_COMPAT_VFORK : NR_VFORK)) {
		call->type = TARSIER_TYPE_VFORK;
		return CLONE_VFORK | CLONE_VM | SIGCHLD;
	}
	call->type = TARSIER_TYPE_FORK;
	return SIGCHLD;
}

/* Both tasks are at hand, the child complete and not yet running: nothing of it can be told before its birth. */
SEC("tp_btf/sched_process_fork")
int process_fork__sched(__u64 *context)
{
	struct task_struct *parent = (struct task_struct *)context[0];
	struct task_struct *child = (struct task_struct *)context[1];
	struct pid *id = FAST(child, thread_pid);
	struct tarsier_process_fork *record;
	struct nsproxy *namespaces;
	struct call call = {};
	struct slot *slot;
	__u64 flags;

	if (FAST(child, pid) != FAST(child, tgid))
		return 0;
	flags = clone_flags(parent, &call);
	call.ret = id_at_level(id, FAST(parent, thread_pid, level));
	call.flags |= TARSIER_FLAG_HAS_RESULT;
	slot = begin(TARSIER_KIND_PROCESS_FORK, sizeof(*record), &call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	child = distrust(slot, child);
	if (!child)
		return drop(slot);
	namespaces = FAST(child, nsproxy);
	record->clone_flags = flags;
	record->child_start_ns = FAST(child, start_boottime);
	record->child_pid = FAST(child, pid);
	record->child_vpid = own_id(id, &record->child_pid_ns);
	record->child_user_ns = FAST(child, cred, user_ns, ns.inum);
	record->child_mnt_ns = FAST(namespaces, mnt_ns, ns.inum);
	record->child_net_ns = FAST(namespaces, net_ns, ns.inum);
	return emit(slot);
}

/* True for the one thread whose end is that of the process. */
static __always_inline bool ends_process(struct task_struct *task, __u64 *context)
{
	__u32 pid = FAST(task, tgid);
	__u64 start;

	if (bpf_core_field_exists(((struct trace_event_raw_sched_process_exit___v6_16 *)0)->group_dead))
		return (bool)context[1];
	if (FAST(task, signal, live.counter) != 0)
		return false;
	/* The last two threads may both see 0: the first one tells. A start time is unique enough beside its pid. */
	start = FAST(task, group_leader, start_boottime) ^ (__u64)pid << 40;
	return bpf_map_update_elem(&ended, &start, &pid, BPF_NOEXIST) == 0;
}

/* Every way to die ends here: exit, exit_group, a signal, a failed exec. */
SEC("tp_btf/sched_process_exit")
int process_exit__sched(__u64 *context)
{
	struct task_struct *task = current_task();
	struct call call = { .type = TARSIER_TYPE_PROCEXIT };
	struct tarsier_process_exit *record;
	struct slot *slot;
	__u32 status;

	if (!ends_process(task, context))
		return 0;
	slot = begin(TARSIER_KIND_PROCESS_EXIT, sizeof(*record), &call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	task = distrust(slot, task);
	if (!task)
		return drop(slot);
	/* What a waiting parent is told (wait_task_zombie, kernel/exit.c). */
	if (FAST(task, signal, flags) & SIGNAL_GROUP_EXIT)
		status = FAST(task, signal, group_exit_code);
	else
		status = FAST(task, group_leader, exit_code);
	record->code = status >> 8 & 0xff;
	record->signal = status & 0x7f;
	record->core_dumped = status >> 7 & 1;
	record->duration_ns = record->header.time_ns - record->header.start_ns;
	return emit(slot);
}

/*
 * The name of a process is its first thread's; an exec tells the new one itself. Rules ask for it long after: were it taken only from the
 * headers of other events, it would depend on which of them the filters let through.
 */
SEC("tp_btf/task_rename")
int process_rename__task(__u64 *context)
{
	struct task_struct *task = (struct task_struct *)context[0];
	const void *name = (const void *)context[1];
	struct call call = { .type = TARSIER_TYPE_RENAME_TASK };
	struct tarsier_process_rename *record;
	struct slot *slot;

	if (FAST(task, pid) != FAST(task, tgid) || FAST(task, flags) & PF_KTHREAD || BPF_CORE_READ_BITFIELD_PROBED(task, in_execve))
		return 0;
	if (FAST(current_task(), tgid) != FAST(task, tgid))
		return 0;
	slot = begin(TARSIER_KIND_PROCESS_RENAME, sizeof(*record), &call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	read_comm(record->old_name, task);
	record->header.tid = record->header.pid;
	bpf_probe_read_kernel_str(record->header.comm, sizeof(record->header.comm), name);
	return emit(slot);
}
