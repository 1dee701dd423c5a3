// SPDX-License-Identifier: GPL-2.0
/*
 * 32-bit system calls, which the tracepoints of single calls do not see (ARCH_TRACE_IGNORE_COMPAT_SYSCALLS): also a 64-bit program
 * makes them, with int 0x80, and with their own numbers. Those that a kind covers go on in the program at their number in
 * compat_calls; of the others it is told once per process, number and window that they were made.
 */

#define X32_CALL 0x40000000
#define NR_COMPAT_SOCKETCALL 102
/* The operations of socketcall stand in compat_calls behind all numbers, at this one plus their own (include/uapi/linux/net.h). */
#define SOCKETCALLS 512
#define SOCKETCALLS_MASK 31
#define NR_COMPAT_EXIT 1
#define NR_COMPAT_EXIT_GROUP 252

COMPAT_PACKED(net_socket, 513, socketcall, SOCKET, net_socket, 1, 3)
COMPAT_PACKED(net_bind, 514, socketcall, BIND, net_bind, 1, 3)
COMPAT_PACKED(net_connect, 515, socketcall, CONNECT, net_connect, 1, 3)
COMPAT_PACKED(net_listen, 516, socketcall, LISTEN, net_listen, 1, 2)
COMPAT_PACKED(net_accept, 517, socketcall, ACCEPT, net_accept_plain, 1, 3)
COMPAT_PACKED(net_send, 521, socketcall, SENDTO, net_sendto, 1, 4)
COMPAT_PACKED(net_recv, 522, socketcall, RECVFROM, net_recvfrom, 1, 4)
COMPAT_PACKED(net_send, 523, socketcall, SENDTO, net_sendto, 1, 6)
COMPAT_PACKED(net_recv, 524, socketcall, RECVFROM, net_recvfrom, 1, 6)
COMPAT_PACKED(net_shutdown, 525, socketcall, SHUTDOWN, net_shutdown, 1, 2)
COMPAT_PACKED(net_send, 528, socketcall, SENDMSG, net_sendmsg, 1, 3)
COMPAT_PACKED(net_recv, 529, socketcall, RECVMSG, net_recvmsg, 1, 3)
COMPAT_PACKED(net_accept, 530, socketcall, ACCEPT4, net_accept_flags, 1, 4)
COMPAT_PACKED(net_recv, 531, socketcall, RECVMMSG, net_recvmmsg, 1, 5)
COMPAT_PACKED(net_send, 532, socketcall, SENDMMSG, net_sendmmsg, 1, 4)
/* The first mmap of i386 took its arguments in memory. */
COMPAT_PACKED(memory_protect, 90, mmap, MMAP, memory_mmap, 0, 6)

/* Forks and ends are told by the scheduler's hooks, whatever call led there. */
static __always_inline bool told_elsewhere(__u32 number)
{
#ifdef __TARGET_ARCH_x86
	switch (number) {
	case NR_COMPAT_EXIT:
	case NR_COMPAT_EXIT_GROUP:
	case NR_COMPAT_FORK:
	case NR_COMPAT_CLONE:
	case NR_COMPAT_VFORK:
	case NR_CLONE3:
		return true;
	}
#endif
	return false;
}

static __always_inline int tell_compat_call(const struct call *call, __u32 number)
{
	struct tarsier_syscall_compat *record;
	struct fold_key key;
	struct slot *slot;
	__u64 folded;

	begin_fold(&key, TARSIER_KIND_SYSCALL_COMPAT, TARSIER_TYPE_COMPAT);
	key.a = number;
	if (fold(&key, &folded))
		return 0;
	slot = begin(TARSIER_KIND_SYSCALL_COMPAT, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	carry_repeats(slot, folded);
	record->number = number;
	record->arg0 = call->args[0];
	record->arg1 = call->args[1];
	record->arg2 = call->args[2];
	return emit(slot);
}

/* True for the arguments of 64-bit calls under numbers of their own, hidden from the tracepoints likewise. */
static __always_inline bool is_x32_call(__u32 number)
{
#ifdef __TARGET_ARCH_x86
	return number & X32_CALL && (__s32)number >= 0;
#else
	return false;
#endif
}

static __always_inline int tell_x32_call(struct pt_regs *registers, __s64 ret)
{
	struct call call;

	read_call(&call, registers, ret, TARSIER_TYPE_COMPAT);
	call.flags |= TARSIER_FLAG_COMPAT;
	return tell_compat_call(&call, CALL_NUMBER(registers));
}

/*
 * Runs at every system call of the host, unless attached to the function that does the 32-bit ones alone: the one test that nearly all
 * end with comes first.
 */
SEC("tp_btf/sys_exit")
int compat__dispatch(__u64 *context)
{
	struct pt_regs *registers = (struct pt_regs *)context[0];
	__u32 number = CALL_NUMBER(registers);
	struct call call;

	if (!in_compat_call(current_task()))
		return is_x32_call(number) ? tell_x32_call(registers, result_of_compat(context)) : 0;
	read_compat_call(&call, registers, result_of_compat(context), TARSIER_TYPE_COMPAT);
#ifdef __TARGET_ARCH_x86
	if (number == NR_COMPAT_SOCKETCALL)
		bpf_tail_call(context, &compat_calls, SOCKETCALLS + (call.args[0] & SOCKETCALLS_MASK));
#endif
	bpf_tail_call(context, &compat_calls, number);
	if (told_elsewhere(number))
		return 0;
	return tell_compat_call(&call, number);
}

/* What that function does not see: x32 calls, */
SEC("fexit/x32_sys_call")
int compat__x32(__u64 *context)
{
	return tell_x32_call((struct pt_regs *)context[0], result_of_compat(context));
}

/* and what a filter refused: run by refused__dispatch. */
SEC("fexit/__secure_computing")
int compat__refused(void *context)
{
	struct pt_regs *registers = task_registers(current_task());
	__u32 number = CALL_NUMBER(registers);
	struct call call;

	if (!in_compat_call(current_task()))
		return is_x32_call(number) ? tell_x32_call(registers, result_of_refused(registers)) : 0;
	read_compat_call(&call, registers, result_of_refused(registers), TARSIER_TYPE_COMPAT);
	return tell_compat_call(&call, number);
}
