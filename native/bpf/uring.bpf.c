// SPDX-License-Identifier: GPL-2.0
/*
 * Operations through io_uring, which no system call tracepoint sees. Each is an event of the kind that its system call has, with
 * the io_uring flag and without a result: it is told when it is submitted. Not at its completion alone, because a program can have
 * completions left out (IOSQE_CQE_SKIP_SUCCESS) or put off for ever; opens are told at both.
 *
 * At submission the kernel has copied the names and numbers of the request into its own memory, and they are taken from there.
 * The thread is the submitter, with SETUP_SQPOLL the kernel's `iou-sqp-…`, which belongs to the same process.
 *
 * For the loader: uring__submit_req and uring__submit_sqe (its name before 6.4) are attached; each runs the program at the
 * opcode's place in uring_calls. Programs named <kind>__uring_<opcode>_<type> are never attached: the loader puts those of the
 * wanted kinds into uring_calls at <opcode>. Opcodes are ABI (include/uapi/linux/io_uring.h).
 */

#define URING_CALL(kind, opcode, name, TYPE, body)                                                                     \
	SEC("raw_tp")                                                                                                      \
	int kind##__uring_##opcode##_##name(struct bpf_raw_tracepoint_args *context)                                       \
	{                                                                                                                  \
		struct call call = { .type = TARSIER_TYPE_##TYPE, .flags = TARSIER_FLAG_URING };                               \
		struct io_kiocb *request = request_of(context);                                                                \
		return request ? body(&call, request) : 0;                                                                     \
	}

/* NULL on kernels whose tracepoint does not say which request it is. */
static __always_inline struct io_kiocb *request_of(struct bpf_raw_tracepoint_args *context)
{
	if (LINUX_KERNEL_VERSION >= VERSION(6, 0))
		return (struct io_kiocb *)context->args[0];
	/* (ring, request, …) */
	if (LINUX_KERNEL_VERSION >= VERSION(5, 15))
		return (struct io_kiocb *)context->args[1];
	return NULL;
}

static __always_inline int run_operation(struct bpf_raw_tracepoint_args *context)
{
	struct io_kiocb *request = request_of(context);

	if (request)
		bpf_tail_call(context, &uring_calls, READ(request, opcode));
	return 0;
}

/* Raw tracepoints, since their names are looked up when they are attached: a program can serve under both. */
SEC("raw_tp/io_uring_submit_req")
int uring__submit_req(struct bpf_raw_tracepoint_args *context)
{
	return run_operation(context);
}

SEC("raw_tp/io_uring_submit_sqe")
int uring__submit_sqe(struct bpf_raw_tracepoint_args *context)
{
	return run_operation(context);
}

/* A ring that is asked for is told whatever becomes of it: few programs have a use for one. */
static __always_inline int uring_setup(const struct call *call)
{
	struct slot *slot = begin(TARSIER_KIND_URING_SETUP, sizeof(struct tarsier_uring_setup), call);
	struct tarsier_uring_setup *record;
	struct io_uring_params parameters = {};

	if (!slot)
		return 0;
	record = (void *)slot->record;
	bpf_probe_read_user(&parameters, sizeof(parameters), (void *)call->args[1]);
	record->entries = call->args[0];
	record->setup_flags = parameters.flags;
	return emit(slot);
}
SYSCALL(uring_setup, io_uring_setup, IO_URING_SETUP, uring_setup)
COMPAT(uring_setup, 425, io_uring_setup, IO_URING_SETUP, uring_setup)
