// SPDX-License-Identifier: GPL-2.0
/*
 * DNS through write and read on a connected socket, as Go's resolver does it. A hook on those calls would cost every file its
 * share; these tracepoints (since 6.3) are passed by sockets only, and the ports come first. The other calls, and io_uring, pass
 * here too, but have hooks of their own.
 */

#ifdef __TARGET_ARCH_x86
#define NR_READ 0
#define NR_WRITE 1
#define NR_READV 19
#define NR_WRITEV 20
#else
#define NR_READ 63
#define NR_WRITE 64
#define NR_READV 65
#define NR_WRITEV 66
#endif

static __always_inline bool is_dns_socket(struct sock *sock)
{
	if (FAST(sock, __sk_common.skc_dport) != bpf_htons(DNS_PORT) && FAST(sock, __sk_common.skc_num) != DNS_PORT)
		return false;
	return READ(sock, sk_protocol) == IPPROTO_UDP;
}

/* The message of the plain call that the task is in. False in every other call. */
static __always_inline bool read_plain_call(struct call *call, struct message *message, __u32 single, __u32 vector, __s64 ret)
{
	struct task_struct *task = current_task();
	struct pt_regs *registers = task_registers(task);
	__u32 number = CALL_NUMBER(registers);

	if ((number != single && number != vector) || FAST(task, flags) & PF_KTHREAD || in_compat_call(task))
		return false;
	read_call(call, registers, ret, 0);
	message->data = (void *)call->args[1];
	message->pieces = number == vector ? call->args[2] : 0;
	message->size = ret;
	return true;
}

static __always_inline int net_plain_dns(__u16 kind, __u64 *context, __u32 single, __u32 vector, __u16 type, __u16 vector_type)
{
	struct sock *sock = (struct sock *)context[0];
	__s64 ret = (int)context[1];
	struct socket_work *work;
	struct call call;

	if (ret <= 0 || !is_dns_socket(sock))
		return 0;
	work = take_work();
	if (!work || !read_plain_call(&call, &work->message, single, vector, ret))
		return 0;
	call.type = work->message.pieces ? vector_type : type;
	return net_message(kind, &call, work);
}

SEC("tp_btf/sock_send_length")
int net_send__write(__u64 *context)
{
	return net_plain_dns(TARSIER_KIND_NET_SEND, context, NR_WRITE, NR_WRITEV, TARSIER_TYPE_WRITE, TARSIER_TYPE_WRITEV);
}

SEC("tp_btf/sock_recv_length")
int net_recv__read(__u64 *context)
{
	return net_plain_dns(TARSIER_KIND_NET_RECV, context, NR_READ, NR_READV, TARSIER_TYPE_READ, TARSIER_TYPE_READV);
}
