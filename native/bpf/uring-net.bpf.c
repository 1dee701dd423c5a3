// SPDX-License-Identifier: GPL-2.0
/* Network operations through io_uring, told when they are submitted: what the call will bring forth is not there yet. */

static __always_inline struct socket_work *take_request(struct io_kiocb *request)
{
	struct socket_work *work = take_work();

	if (work)
		read_socket_file(&work->facts, file_of_request(request));
	return work;
}

static __always_inline bool is_known_family(__u16 family)
{
	return family == AF_UNIX || is_internet(family);
}

/*
 * The address that the kernel copied when it prepared the request (since 6.10; before, it does so when it carries it out): alone,
 * or inside a message that begins with a pointer, whose low bits no family has that we know. Else what lies at `address` now.
 */
static __always_inline void read_request_address(struct socket_work *work, struct io_kiocb *request, const void *address, __u32 size)
{
	struct io_async_msghdr *copied = READ(request, async_data);
	const void *inside = copied;
	__u16 family = 0;

	if (!copied || !bpf_core_field_exists(copied->addr)) {
		read_given(&work->given, address, size);
		return;
	}
	bpf_probe_read_kernel(&family, sizeof(family), copied);
	if (!is_known_family(family))
		inside += bpf_core_field_offset(struct io_async_msghdr, addr);
	read_kernel_given(&work->given, inside, size);
}

static __always_inline int uring_socket(const struct call *call, struct io_kiocb *request)
{
	struct io_socket *command = (struct io_socket *)request;
	struct call asked = *call;

	asked.args[0] = READ(command, domain);
	asked.args[1] = READ(command, type);
	asked.args[2] = READ(command, protocol);
	return net_socket(&asked);
}
URING_CALL(net_socket, 45, socket, SOCKET, uring_socket)

/* Since 6.11, both. */
struct io_bind___v6_11 {
	int addr_len;
} __attribute__((preserve_access_index));

struct io_listen___v6_11 {
	int backlog;
} __attribute__((preserve_access_index));

static __always_inline int uring_bind(const struct call *call, struct io_kiocb *request)
{
	struct io_bind___v6_11 *command = (struct io_bind___v6_11 *)request;
	struct socket_work *work = take_request(request);

	if (!work || !bpf_core_field_exists(command->addr_len))
		return 0;
	read_request_address(work, request, NULL, READ(command, addr_len));
	return tell_bind(call, work, fd_of_request(request));
}
URING_CALL(net_bind, 56, bind, BIND, uring_bind)

static __always_inline int uring_listen(const struct call *call, struct io_kiocb *request)
{
	struct io_listen___v6_11 *command = (struct io_listen___v6_11 *)request;
	struct socket_work *work = take_request(request);

	if (!work || !bpf_core_field_exists(command->backlog))
		return 0;
	return tell_listen(call, work, fd_of_request(request), READ(command, backlog));
}
URING_CALL(net_listen, 57, listen, LISTEN, uring_listen)

static __always_inline int uring_connect(const struct call *call, struct io_kiocb *request)
{
	struct io_connect *command = (struct io_connect *)request;
	struct socket_work *work = take_request(request);

	if (!work)
		return 0;
	read_request_address(work, request, READ(command, addr), READ(command, addr_len));
	use_given_remote(&work->facts, &work->given);
	remember_role(&work->facts, ROLE_CLIENT);
	return tell_connect(call, work, fd_of_request(request), 0);
}
URING_CALL(net_connect, 16, connect, CONNECT, uring_connect)

/* Who will come is not known yet: the event has the listening socket. One request may accept many (multishot). */
static __always_inline int uring_accept(const struct call *call, struct io_kiocb *request)
{
	struct io_accept *command = (struct io_accept *)request;
	struct socket_work *work = take_request(request);

	return work ? tell_accept(call, work, -1, fd_of_request(request), READ(command, flags)) : 0;
}
URING_CALL(net_accept, 13, accept, ACCEPT4, uring_accept)

static __always_inline int uring_shutdown(const struct call *call, struct io_kiocb *request)
{
	struct io_shutdown *command = (struct io_shutdown *)request;
	struct socket_work *work = take_request(request);

	return work ? tell_shutdown(call, work, fd_of_request(request), READ(command, how)) : 0;
}
URING_CALL(net_shutdown, 34, shutdown, SHUTDOWN, uring_shutdown)

/* 6.0 to 6.9. */
struct io_sr_msg___v6_0 {
	const void *addr;
	__u16 addr_len;
} __attribute__((preserve_access_index));

/* Where a datagram goes to that is sent with its address beside it. */
static __always_inline void find_request_peer(struct socket_work *work, struct io_kiocb *request)
{
	struct io_sr_msg___v6_0 *command = (struct io_sr_msg___v6_0 *)request;
	struct io_async_msghdr *copied = READ(request, async_data);

	if (work->facts.type == SOCK_STREAM)
		return;
	if (copied && bpf_core_field_exists(copied->addr))
		read_request_address(work, request, NULL, READ(copied, msg.msg_namelen));
	else if (bpf_core_field_exists(command->addr))
		read_given(&work->given, READ(command, addr), READ(command, addr_len));
	use_given_remote(&work->facts, &work->given);
}

/* The bytes are still the program's, and so may change before they go out. */
static __always_inline int uring_send(const struct call *call, struct io_kiocb *request)
{
	struct io_sr_msg *command = (struct io_sr_msg *)request;
	struct socket_work *work = take_request(request);

	if (!work)
		return 0;
	work->message.data = READ(command, buf);
	work->message.size = (__u32)READ(command, len);
	work->message.flags = READ(command, msg_flags);
	find_request_peer(work, request);
	return tell_message(TARSIER_KIND_NET_SEND, call, work, fd_of_request(request));
}
URING_CALL(net_send, 26, send, SENDTO, uring_send)
URING_CALL(net_send, 47, send_zc, SENDTO, uring_send)

static __always_inline int uring_sendmsg(const struct call *call, struct io_kiocb *request)
{
	struct io_sr_msg *command = (struct io_sr_msg *)request;
	struct socket_work *work = take_request(request);

	if (!work)
		return 0;
	read_message(work, READ(command, umsg), false);
	work->message.flags = READ(command, msg_flags);
	measure_pieces(&work->message);
	find_peer(work);
	return tell_message(TARSIER_KIND_NET_SEND, call, work, fd_of_request(request));
}
URING_CALL(net_send, 9, sendmsg, SENDMSG, uring_sendmsg)
URING_CALL(net_send, 48, sendmsg_zc, SENDMSG, uring_sendmsg)

/* Nothing is received yet: the event tells that the process waits for this peer. */
static __always_inline int uring_recv(const struct call *call, struct io_kiocb *request)
{
	struct io_sr_msg *command = (struct io_sr_msg *)request;
	struct socket_work *work = take_request(request);

	if (!work)
		return 0;
	work->message.flags = READ(command, msg_flags);
	return tell_message(TARSIER_KIND_NET_RECV, call, work, fd_of_request(request));
}
URING_CALL(net_recv, 27, recv, RECVFROM, uring_recv)
URING_CALL(net_recv, 10, recvmsg, RECVMSG, uring_recv)
