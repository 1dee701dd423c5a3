// SPDX-License-Identifier: GPL-2.0
/*
 * System calls that a seccomp filter refused, or that its supervisor answered: the kernel's function is not entered, the tracepoint at the
 * end of the call comes all the same. Where programs hang on functions, they run here once more. Only tasks under a filter come by.
 */

/* Behind all numbers: calls that are not 64-bit ones. */
#define REFUSED_COMPAT 512

SEC("fexit/__secure_computing")
int refused__dispatch(void *context)
{
	__u64 verdict;
	__u32 number;

	/* By the helper, as the function has lost its argument in 6.16. */
	if (bpf_get_func_ret(context, &verdict) || (__s32)verdict != -1)
		return 0;
	number = CALL_NUMBER(task_registers(current_task()));
	if (in_compat_call(current_task()) || is_x32_call(number))
		bpf_tail_call(context, &refused_calls, REFUSED_COMPAT);
	else
		bpf_tail_call(context, &refused_calls, number);
	return 0;
}
