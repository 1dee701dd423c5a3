// SPDX-License-Identifier: GPL-2.0
/*
 * One process reaching into another: ptrace, process_vm_*, pidfd_getfd. A debugger makes thousands of these calls a second, all
 * alike: equal ones (same request, target and outcome) within the window are folded and counted.
 */

/* True when an equal call was sent lately. `request` is what tells apart two calls of one type on one target. */
static __always_inline bool fold_target(const struct call *call, __u16 kind, __u64 request, __s32 pid, __u64 *folded)
{
	struct fold_key key;

	begin_fold(&key, kind, call->type);
	key.a = request;
	key.b = (__u32)pid;
	/* How many bytes came over is no difference; which error is. */
	key.extra = call->ret < 0 ? call->ret : 0;
	return fold(&key, folded);
}

/* At PTRACE_TRACEME the caller itself becomes the tracee, whatever it gave as pid. */
#define PTRACE_TRACEME 0

static __always_inline int inject_ptrace(const struct call *call)
{
	struct tarsier_inject_ptrace *record;
	struct target target = {};
	struct slot *slot;
	__u64 folded;

	if (fold_target(call, TARSIER_KIND_INJECT_PTRACE, call->args[0], call->args[1], &folded))
		return 0;
	slot = begin(TARSIER_KIND_INJECT_PTRACE, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	carry_repeats(slot, folded);
	record->request = call->args[0];
	record->address = call->args[2];
	record->data_argument = call->args[3];
	if (call->args[0] == PTRACE_TRACEME)
		target_self(&target, current_task());
	else
		target_of_number(&target, call->args[1]);
	SET_TARGET(record, &target, call->args[1]);
	return emit(slot);
}
SYSCALL(inject_ptrace, ptrace, PTRACE, inject_ptrace)
COMPAT(inject_ptrace, 26, ptrace, PTRACE, inject_ptrace)

static __always_inline int inject_process_vm(const struct call *call)
{
	struct tarsier_inject_process_vm *record;
	struct target target;
	struct slot *slot;
	__u64 folded;

	if (fold_target(call, TARSIER_KIND_INJECT_PROCESS_VM, 0, call->args[0], &folded))
		return 0;
	slot = begin(TARSIER_KIND_INJECT_PROCESS_VM, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	carry_repeats(slot, folded);
	target_of_number(&target, call->args[0]);
	SET_TARGET(record, &target, call->args[0]);
	return emit(slot);
}
SYSCALL(inject_process_vm, process_vm_readv, PROCESS_VM_READV, inject_process_vm)
SYSCALL(inject_process_vm, process_vm_writev, PROCESS_VM_WRITEV, inject_process_vm)
COMPAT(inject_process_vm, 347, process_vm_readv, PROCESS_VM_READV, inject_process_vm)
COMPAT(inject_process_vm, 348, process_vm_writev, PROCESS_VM_WRITEV, inject_process_vm)

static __always_inline int inject_pidfd_getfd(const struct call *call)
{
	struct slot *slot = begin(TARSIER_KIND_INJECT_PIDFD_GETFD, sizeof(struct tarsier_inject_pidfd_getfd), call);
	struct tarsier_inject_pidfd_getfd *record;
	struct target target;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->pidfd = call->args[0];
	record->target_fd = call->args[1];
	target_of_pidfd(&target, call->args[0]);
	SET_TARGET(record, &target, 0);
	return emit(slot);
}
SYSCALL(inject_pidfd_getfd, pidfd_getfd, PIDFD_GETFD, inject_pidfd_getfd)
COMPAT(inject_pidfd_getfd, 438, pidfd_getfd, PIDFD_GETFD, inject_pidfd_getfd)
