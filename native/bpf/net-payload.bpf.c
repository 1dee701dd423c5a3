// SPDX-License-Identifier: GPL-2.0
/* A message as it lies in user memory: its address, its pieces, its first bytes. */

#define DNS_PAYLOAD 512
#define PLAIN_PAYLOAD 80
/* Pieces of one message that are looked at. */
#define MAX_PIECES 4

/* Takes in the user's struct msghdr. */
static __always_inline void read_message(struct socket_work *work, const void *source, bool compat)
{
	struct message *message = &work->message;

	__builtin_memset(&work->header, 0, sizeof(work->header));
	message->compat = compat;
	if (!compat) {
		bpf_probe_read_user(&work->header.wide, sizeof(work->header.wide), source);
		message->name = work->header.wide.msg_name;
		message->name_size = work->header.wide.msg_namelen;
		message->data = work->header.wide.msg_iov;
		message->pieces = work->header.wide.msg_iovlen;
		return;
	}
	bpf_probe_read_user(&work->header.narrow, sizeof(work->header.narrow), source);
	message->name = (void *)(__u64)work->header.narrow.msg_name;
	message->name_size = work->header.narrow.msg_namelen;
	message->data = (void *)(__u64)work->header.narrow.msg_iov;
	message->pieces = work->header.narrow.msg_iovlen;
}

/* One piece of scattered data. */
static __always_inline struct iovec read_piece(const void *pieces, __u32 index, bool compat)
{
	struct iovec wide = {};
	struct compat_iovec narrow = {};

	if (!compat) {
		bpf_probe_read_user(&wide, sizeof(wide), pieces + index * sizeof(wide));
		return wide;
	}
	bpf_probe_read_user(&narrow, sizeof(narrow), pieces + index * sizeof(narrow));
	wide.iov_base = (void *)(__u64)narrow.iov_base;
	wide.iov_len = narrow.iov_len;
	return wide;
}

/*
 * Appends up to `left` bytes from the user's pieces to the record in slot `index`; returns how many. A global function, so that
 * the verifier checks its loop once and not once per path that leads here.
 */
__noinline int gather(__u32 index, __u64 pieces, __u32 count, __u32 left, __u32 compat)
{
	struct slot *slot = bpf_map_lookup_elem(&scratch, &index);
	__u32 gathered = 0;

	if (!slot)
		return 0;
	for (__u32 at = 0; at < MAX_PIECES && at < count && left; at++) {
		struct iovec piece = read_piece((void *)pieces, at, compat);
		__u64 part = piece.iov_len < left ? piece.iov_len : left;

		barrier_var(part);
		if (part > DNS_PAYLOAD)
			part = DNS_PAYLOAD;
		if (bpf_probe_read_user(slot->record + next_at(slot), part, piece.iov_base))
			break;
		slot->length += part;
		gathered += part;
		left -= part;
	}
	return gathered;
}

/* The first `most` bytes of a message, from as many pieces as that takes. */
static __always_inline __u32 append_payload(struct slot *slot, __u32 bit, __u32 max, const struct message *message, __u32 most)
{
	__u32 size = message->size < most ? message->size : most;
	__u32 at = next_at(slot), gathered;

	if (message->size > most)
		mark_truncated(slot, bit);
	if (!size)
		return 0;
	if (!message->pieces)
		return append_user_bytes(slot, bit, max, message->data, size);
	gathered = gather(slot->index, (__u64)message->data, message->pieces, size, message->compat);
	if (gathered != size)
		mark_truncated(slot, bit);
	return at | gathered << 16;
}

/* Sums up what the first pieces hold: the size of a message that has not been sent yet. */
static __always_inline void measure_pieces(struct message *message)
{
	for (__u32 at = 0; at < MAX_PIECES && at < message->pieces; at++)
		message->size += read_piece(message->data, at, message->compat).iov_len;
}
