// SPDX-License-Identifier: GPL-2.0
/* Who a process is and what it may: ids, capabilities, and the prctl options that hide or confine it. */

#define NO_ID 0xffffffffu
#define CAPABILITY_VERSION_1 0x19980330
#define PR_SET_DUMPABLE 4
#define PR_SET_NAME 15
#define PR_SET_SECCOMP 22
#define PR_SET_PTRACER 0x59616d61
#define SECCOMP_SET_MODE_FILTER 1
#define SECCOMP_MODE_STRICT 1
#define SECCOMP_MODE_FILTER 2

/* Also failed attempts: somebody tried. */
static __always_inline int tell_set_ids(const struct call *call, __u32 first, __u32 second, __u32 third)
{
	struct tarsier_cred_set_ids *record;
	struct task_struct *task;
	struct slot *slot = begin(TARSIER_KIND_CRED_SET_IDS, sizeof(*record), call);

	if (!slot)
		return 0;
	record = (void *)slot->record;
	task = distrust(slot, current_task());
	if (!task)
		return drop(slot);
	record->arg0 = first;
	record->arg1 = second;
	record->arg2 = third;
	record->suid = FAST(task, cred, suid.val);
	record->sgid = FAST(task, cred, sgid.val);
	return emit(slot);
}

static __always_inline int cred_one_id(const struct call *call)
{
	return tell_set_ids(call, call->args[0], NO_ID, NO_ID);
}

static __always_inline int cred_two_ids(const struct call *call)
{
	return tell_set_ids(call, call->args[0], call->args[1], NO_ID);
}

static __always_inline int cred_three_ids(const struct call *call)
{
	return tell_set_ids(call, call->args[0], call->args[1], call->args[2]);
}

SYSCALL(cred_set_ids, setuid, SETUID, cred_one_id)
SYSCALL(cred_set_ids, setgid, SETGID, cred_one_id)
SYSCALL(cred_set_ids, setfsuid, SETFSUID, cred_one_id)
SYSCALL(cred_set_ids, setfsgid, SETFSGID, cred_one_id)
SYSCALL(cred_set_ids, setreuid, SETREUID, cred_two_ids)
SYSCALL(cred_set_ids, setregid, SETREGID, cred_two_ids)
SYSCALL(cred_set_ids, setresuid, SETRESUID, cred_three_ids)
SYSCALL(cred_set_ids, setresgid, SETRESGID, cred_three_ids)
COMPAT(cred_set_ids, 203, setreuid32, SETREUID, cred_two_ids)
COMPAT(cred_set_ids, 204, setregid32, SETREGID, cred_two_ids)
COMPAT(cred_set_ids, 208, setresuid32, SETRESUID, cred_three_ids)
COMPAT(cred_set_ids, 210, setresgid32, SETRESGID, cred_three_ids)
COMPAT(cred_set_ids, 213, setuid32, SETUID, cred_one_id)
COMPAT(cred_set_ids, 214, setgid32, SETGID, cred_one_id)
COMPAT(cred_set_ids, 215, setfsuid32, SETFSUID, cred_one_id)
COMPAT(cred_set_ids, 216, setfsgid32, SETFSGID, cred_one_id)

/* The oldest calls take 16-bit ids, of which 65535 means none (low2highuid, include/linux/highuid.h). */
static __always_inline __u32 widened(__u64 id)
{
	return (__u16)id == 0xffff ? NO_ID : (__u16)id;
}

static __always_inline int cred_one_short_id(const struct call *call)
{
	return tell_set_ids(call, widened(call->args[0]), NO_ID, NO_ID);
}

static __always_inline int cred_two_short_ids(const struct call *call)
{
	return tell_set_ids(call, widened(call->args[0]), widened(call->args[1]), NO_ID);
}

static __always_inline int cred_three_short_ids(const struct call *call)
{
	return tell_set_ids(call, widened(call->args[0]), widened(call->args[1]), widened(call->args[2]));
}

COMPAT(cred_set_ids, 23, setuid16, SETUID, cred_one_short_id)
COMPAT(cred_set_ids, 46, setgid16, SETGID, cred_one_short_id)
COMPAT(cred_set_ids, 70, setreuid16, SETREUID, cred_two_short_ids)
COMPAT(cred_set_ids, 71, setregid16, SETREGID, cred_two_short_ids)
COMPAT(cred_set_ids, 138, setfsuid16, SETFSUID, cred_one_short_id)
COMPAT(cred_set_ids, 139, setfsgid16, SETFSGID, cred_one_short_id)
COMPAT(cred_set_ids, 164, setresuid16, SETRESUID, cred_three_short_ids)
COMPAT(cred_set_ids, 170, setresgid16, SETRESGID, cred_three_short_ids)

/* What was asked for lies in user memory; what came of it is in the header. */
static __always_inline int cred_capset(const struct call *call)
{
	struct { __u32 effective, permitted, inheritable; } asked[2] = {};
	struct tarsier_cred_capset *record;
	struct slot *slot = begin(TARSIER_KIND_CRED_CAPSET, sizeof(*record), call);
	__u32 version = 0;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	bpf_probe_read_user(&version, sizeof(version), (void *)call->args[0]);
	if (bpf_probe_read_user(asked, version == CAPABILITY_VERSION_1 ? sizeof(asked[0]) : sizeof(asked), (void *)call->args[1]))
		COUNT(TARSIER_KIND_CRED_CAPSET, failed);
	record->asked_effective = asked[0].effective | (__u64)asked[1].effective << 32;
	record->asked_permitted = asked[0].permitted | (__u64)asked[1].permitted << 32;
	record->asked_inheritable = asked[0].inheritable | (__u64)asked[1].inheritable << 32;
	return emit(slot);
}

SYSCALL(cred_capset, capset, CAPSET, cred_capset)
COMPAT(cred_capset, 185, capset, CAPSET, cred_capset)

static __always_inline int tell_prctl(const struct call *call, __u32 option, __u64 argument)
{
	struct tarsier_cred_prctl *record;
	struct slot *slot = begin(TARSIER_KIND_CRED_PRCTL, sizeof(*record), call);

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->option = option;
	record->arg2 = argument;
	if (option == PR_SET_NAME)
		record->new_name = append_user_text(slot, LIMIT(CRED_PRCTL, NEW_NAME), (void *)argument);
	return emit(slot);
}

/* Most options concern nobody else: only these four are told. */
static __always_inline int cred_prctl(const struct call *call)
{
	switch ((__u32)call->args[0]) {
	case PR_SET_NAME:
	case PR_SET_SECCOMP:
	case PR_SET_DUMPABLE:
	case PR_SET_PTRACER:
		return tell_prctl(call, call->args[0], call->args[1]);
	}
	return 0;
}

SYSCALL(cred_prctl, prctl, PRCTL, cred_prctl)
COMPAT(cred_prctl, 172, prctl, PRCTL, cred_prctl)

/* seccomp(2) is the newer way to prctl(PR_SET_SECCOMP): told in its terms. Its other operations only ask. */
static __always_inline int cred_seccomp(const struct call *call)
{
	if ((__u32)call->args[0] > SECCOMP_SET_MODE_FILTER)
		return 0;
	return tell_prctl(call, PR_SET_SECCOMP, call->args[0] == SECCOMP_SET_MODE_FILTER ? SECCOMP_MODE_FILTER : SECCOMP_MODE_STRICT);
}

SYSCALL(cred_prctl, seccomp, SECCOMP, cred_seccomp)
COMPAT(cred_prctl, 354, seccomp, SECCOMP, cred_seccomp)
