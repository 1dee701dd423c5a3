// SPDX-License-Identifier: GPL-2.0
/*
 * 32-bit system calls, which the tracepoints of single calls do not see (ARCH_TRACE_IGNORE_COMPAT_SYSCALLS): also a 64-bit program
 * makes them, with int 0x80, and with their own numbers. Those that a kind covers go on in the program at their number in
 * compat_calls; of the others it is told once per process, number and window that they were made.
 */

#define X32_CALL 0x40000000

static __always_inline int tell_compat_call(const struct call *call, __u32 number)
{
	struct tarsier_syscall_compat *record;
	struct fold_key key;
	struct slot *slot;
	__u32 repeat;

	begin_fold(&key, TARSIER_KIND_SYSCALL_COMPAT, TARSIER_TYPE_COMPAT);
	key.a = number;
	if (fold(&key, &repeat))
		return 0;
	slot = begin(TARSIER_KIND_SYSCALL_COMPAT, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->header.repeat = repeat;
	record->number = number;
	record->arg0 = call->args[0];
	record->arg1 = call->args[1];
	record->arg2 = call->args[2];
	return emit(slot);
}

/* Runs at every system call of the host: the one test that nearly all end with comes first. */
SEC("tp_btf/sys_exit")
int compat__dispatch(__u64 *context)
{
	struct pt_regs *registers = (struct pt_regs *)context[0];
	__u32 number = CALL_NUMBER(registers);
	struct call call;

	if (!in_compat_call(current_task())) {
#ifdef __TARGET_ARCH_x86
		/* x32: the arguments of 64-bit calls, hidden from the tracepoints likewise. */
		if (!(number & X32_CALL) || (__s32)number < 0)
			return 0;
		read_call(&call, registers, context[1], TARSIER_TYPE_COMPAT);
		call.flags |= TARSIER_FLAG_COMPAT;
		return tell_compat_call(&call, number);
#else
		return 0;
#endif
	}
	bpf_tail_call(context, &compat_calls, number);
	read_compat_call(&call, registers, context[1], TARSIER_TYPE_COMPAT);
	return tell_compat_call(&call, number);
}
