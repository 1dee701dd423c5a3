// SPDX-License-Identifier: GPL-2.0
/*
 * Signals sent by a call, with their target. Signal 0 only asks whether the target lives, and is left out. Some runtimes signal
 * their own threads all the time (Go: SIGURG): equal ones within the window are folded and counted.
 */

struct sending {
	struct target target;
	__s32 given;
	__u32 signal;
	bool to_thread;
};

static __always_inline void read_sending(struct sending *sending, const struct call *call)
{
	switch (call->type) {
	case TARSIER_TYPE_TGKILL:
	case TARSIER_TYPE_RT_TGSIGQUEUEINFO: /* process, thread, signal */
		sending->given = call->args[1];
		sending->signal = call->args[2];
		sending->to_thread = true;
		break;
	default: /* target, signal */
		sending->given = call->args[0];
		sending->signal = call->args[1];
		sending->to_thread = call->type == TARSIER_TYPE_TKILL;
	}
}

static __always_inline int signal_kill(const struct call *call)
{
	bool by_pidfd = call->type == TARSIER_TYPE_PIDFD_SEND_SIGNAL;
	struct sending sending = {};
	struct tarsier_signal_kill *record;
	struct fold_key key;
	struct slot *slot;
	__u64 folded;

	read_sending(&sending, call);
	if (!sending.signal)
		return 0;
	begin_fold(&key, TARSIER_KIND_SIGNAL_KILL, call->type);
	key.a = (__u32)sending.given;
	key.b = sending.signal;
	key.extra = call->ret;
	if (by_pidfd)
		key.c = (__u64)file_of_fd(sending.given);
	if (fold(&key, &folded))
		return 0;
	slot = begin(TARSIER_KIND_SIGNAL_KILL, sizeof(*record), call);
	if (!slot)
		return 0;
	if (by_pidfd)
		target_of_pidfd(&sending.target, sending.given);
	else
		target_of_number(&sending.target, sending.given);
	record = (void *)slot->record;
	carry_repeats(slot, folded);
	record->signal = sending.signal;
	record->target_tid = sending.to_thread ? sending.target.tid : 0;
	SET_TARGET(record, &sending.target, by_pidfd ? 0 : sending.given);
	return emit(slot);
}
SYSCALL(signal_kill, kill, KILL, signal_kill)
SYSCALL(signal_kill, tkill, TKILL, signal_kill)
SYSCALL(signal_kill, tgkill, TGKILL, signal_kill)
SYSCALL(signal_kill, pidfd_send_signal, PIDFD_SEND_SIGNAL, signal_kill)
SYSCALL(signal_kill, rt_sigqueueinfo, RT_SIGQUEUEINFO, signal_kill)
SYSCALL(signal_kill, rt_tgsigqueueinfo, RT_TGSIGQUEUEINFO, signal_kill)
COMPAT(signal_kill, 37, kill, KILL, signal_kill)
COMPAT(signal_kill, 178, rt_sigqueueinfo, RT_SIGQUEUEINFO, signal_kill)
COMPAT(signal_kill, 238, tkill, TKILL, signal_kill)
COMPAT(signal_kill, 270, tgkill, TGKILL, signal_kill)
COMPAT(signal_kill, 335, rt_tgsigqueueinfo, RT_TGSIGQUEUEINFO, signal_kill)
COMPAT(signal_kill, 424, pidfd_send_signal, PIDFD_SEND_SIGNAL, signal_kill)
