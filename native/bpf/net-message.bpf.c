// SPDX-License-Identifier: GPL-2.0
/*
 * Messages: the first per socket, peer and direction, and every one of DNS. Only calls that are made for sockets are looked
 * at; write and read on a socket would cost every file its share.
 */

#define DNS_PORT 53
/* Messages of one sendmmsg or recvmmsg that are looked at. */
#define MAX_MESSAGES 8

static __always_inline bool is_dns(const struct socket_facts *facts)
{
	return facts->protocol == IPPROTO_UDP && (facts->remote_port == DNS_PORT || facts->local_port == DNS_PORT);
}

static __always_inline __u64 hash_name(__u64 hash, const struct given_address *given)
{
#pragma unroll
	for (int at = 0; at + 8 <= ADDRESS_DATA; at += 8) {
		__u64 word;

		__builtin_memcpy(&word, given->data + at, 8);
		hash = mix(hash, word);
	}
	return mix(hash, given->size);
}

/* True for the first message of its kind between this socket and this peer; remembers it. */
static __always_inline bool is_first(__u16 kind, struct socket_work *work)
{
	struct socket_facts *facts = &work->facts;
	__u64 hash = mix(begin_hash(), facts->ino);
	__u32 index;
	__u64 *cell;

	hash = mix(mix(hash, facts->remote[0]), facts->remote[1]);
	hash = mix(hash, (__u32)kind << 16 | facts->remote_port);
	if (work->given.family == AF_UNIX)
		hash = hash_name(hash, &work->given);
	index = hash & (MESSAGE_CELLS - 1);
	cell = bpf_map_lookup_elem(&first_messages, &index);
	if (!cell || *cell == hash)
		return false;
	*cell = hash;
	return true;
}

/* Where a datagram goes to or comes from: the name beside the message, else the socket's peer. */
static __always_inline void find_peer(struct socket_work *work)
{
	if (work->facts.type == SOCK_STREAM && work->facts.remote_port)
		return;
	read_given(&work->given, work->message.name, work->message.name_size);
	use_given_remote(&work->facts, &work->given);
}

/* Tells a message whose socket and peer are known. net.send and net.recv have the same fields. */
static __always_inline int tell_message(__u16 kind, const struct call *call, struct socket_work *work, __s32 fd)
{
	struct socket_facts *facts = &work->facts;
	struct tarsier_net_send *record;
	struct slot *slot;

	_Static_assert(sizeof(struct tarsier_net_send) == sizeof(struct tarsier_net_recv), "send and recv differ");
	/* From DNS, user space learns names of addresses. */
	if (!is_dns(facts) && (!is_first(kind, work) || judge_socket(work, kind, call->ret, call->flags) == SOCKET_RULED_OUT))
		return 0;
	slot = begin_bulk(kind, sizeof(*record), call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	recall_role(facts);
	SET_SOCKET(record, facts, fd);
	record->message_flags = work->message.flags;
	record->message_size = work->message.size;
	record->unix_path = append_given_name(slot, LIMIT(NET_SEND, UNIX_PATH), &work->given);
	if (!record->unix_path)
		record->unix_path = append_socket_name(slot, LIMIT(NET_SEND, UNIX_PATH), facts);
	record->payload = append_payload(slot, LIMIT(NET_SEND, PAYLOAD), &work->message, is_dns(facts) ? DNS_PAYLOAD : PLAIN_PAYLOAD);
	return emit(slot);
}

static __always_inline int net_message(__u16 kind, const struct call *call, struct socket_work *work)
{
	if (!read_socket(&work->facts, call->args[0]))
		return 0;
	find_peer(work);
	return tell_message(kind, call, work, call->args[0]);
}

/* sendto and recvfrom; recvfrom wrote the size of the name behind its sixth argument. */
static __always_inline int net_plain_message(__u16 kind, const struct call *call)
{
	struct socket_work *work = take_work();
	struct message *message = &work->message;

	if (!work || call->ret < 0)
		return 0;
	message->name = (void *)call->args[4];
	message->name_size = call->args[5];
	message->data = (void *)call->args[1];
	message->size = call->ret;
	message->flags = call->args[3];
	if (kind == TARSIER_KIND_NET_RECV && message->name)
		bpf_probe_read_user(&message->name_size, sizeof(message->name_size), (void *)call->args[5]);
	return net_message(kind, call, work);
}

static __always_inline int net_header_message(__u16 kind, const struct call *call)
{
	struct socket_work *work = take_work();

	if (!work || call->ret < 0)
		return 0;
	work->message.size = call->ret;
	work->message.flags = call->args[2];
	read_message(work, (void *)call->args[1], call->flags & TARSIER_FLAG_COMPAT);
	return net_message(kind, call, work);
}

/* Message `index` of a call that has several. Global for the same reason as gather(). */
__noinline int net_one_of_many(__u64 call_bits, __u64 fd_and_index, __u64 messages, __u64 message_flags, __s64 ret)
{
	struct call call = { .args[0] = (__u32)fd_and_index, .ret = ret, .type = call_bits, .flags = call_bits >> 16 };
	bool compat = call.flags & TARSIER_FLAG_COMPAT;
	__u32 header = compat ? sizeof(struct compat_msghdr) : sizeof(struct user_msghdr);
	/* struct mmsghdr: the header, a 32-bit size, padding. */
	__u32 step = compat ? sizeof(struct compat_msghdr) + 4 : sizeof(struct user_msghdr) + 8;
	const void *source = (void *)messages + (fd_and_index >> 32) * step;
	struct socket_work *work = take_work();
	__u32 size = 0;

	if (!work)
		return 0;
	read_message(work, source, compat);
	bpf_probe_read_user(&size, sizeof(size), source + header);
	work->message.size = size;
	work->message.flags = message_flags;
	return net_message(call_bits >> 32, &call, work);
}

/* Several messages in one call: the resolver of the C library asks for both kinds of address so. Each is an event. */
static __always_inline int net_many_messages(__u16 kind, const struct call *call)
{
	__u64 bits = call->type | (__u32)call->flags << 16 | (__u64)kind << 32;

	for (__u64 index = 0; index < MAX_MESSAGES && (__s64)index < call->ret; index++)
		net_one_of_many(bits, (__u32)call->args[0] | index << 32, call->args[1], call->args[3], call->ret);
	return 0;
}

#define BODY(name, way, KIND)                                                                                          \
	static __always_inline int name(const struct call *call)                                                           \
	{                                                                                                                  \
		return way(TARSIER_KIND_##KIND, call);                                                                         \
	}

BODY(net_sendto, net_plain_message, NET_SEND)
BODY(net_sendmsg, net_header_message, NET_SEND)
BODY(net_sendmmsg, net_many_messages, NET_SEND)
BODY(net_recvfrom, net_plain_message, NET_RECV)
BODY(net_recvmsg, net_header_message, NET_RECV)
BODY(net_recvmmsg, net_many_messages, NET_RECV)

SYSCALL(net_send, sendto, SENDTO, net_sendto)
SYSCALL(net_send, sendmsg, SENDMSG, net_sendmsg)
SYSCALL(net_send, sendmmsg, SENDMMSG, net_sendmmsg)
SYSCALL(net_recv, recvfrom, RECVFROM, net_recvfrom)
SYSCALL(net_recv, recvmsg, RECVMSG, net_recvmsg)
SYSCALL(net_recv, recvmmsg, RECVMMSG, net_recvmmsg)

COMPAT(net_send, 369, sendto, SENDTO, net_sendto)
COMPAT(net_send, 370, sendmsg, SENDMSG, net_sendmsg)
COMPAT(net_send, 345, sendmmsg, SENDMMSG, net_sendmmsg)
COMPAT(net_recv, 371, recvfrom, RECVFROM, net_recvfrom)
COMPAT(net_recv, 372, recvmsg, RECVMSG, net_recvmsg)
COMPAT(net_recv, 337, recvmmsg, RECVMMSG, net_recvmmsg)
COMPAT(net_recv, 417, recvmmsg, RECVMMSG, net_recvmmsg)
