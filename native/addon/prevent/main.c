// SPDX-License-Identifier: Apache-2.0
/*
 * tarsier-prevent: answers the kernel's questions whether a file may be opened or run. A process of its own in a session of its own, so that
 * nothing that stops, keeps busy or kills the agent keeps anybody waiting: it answers by its table, asks the agent where that cannot tell, and
 * allows what is not answered in time. It ends when the agent does; then the kernel lets go of all who wait. One thread, no allocation.
 */
#define _GNU_SOURCE
#include "blocked.h"
#include "marks.h"
#include "table.h"
#include "tell.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/fanotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* A read takes at most 170 events; with those that wait, and a few more, there are always descriptors. */
#define WAITING_MAX 512u
#define MOST_FDS 4096u
#define BEAT_NS 100000000l
#define KEPT_SLOTS 2048u
#define KEEP_NS 1000000000ull

/* Who waits for the agent's answer; id is its number in the list and how often that was used. */
struct waiting {
	int fd; /* -1: nobody */
	uint32_t uses;
	uint64_t until_ns;
	uint64_t key;
};

static struct table table;
static struct waiting waiting[WAITING_MAX];
static uint32_t waiting_count;
/* Of the kernel's questions; of all that is waited for; of the two timers. */
static int group, sources, beat, deadline;
static struct facts facts;
/* Of the groups and the thread of blocked files; 1: not begun. */
static int blocked_error = 1;

/* What the agent said of a process and a file. */
static struct {
	uint64_t key, until_ns;
	bool deny;
} kept[KEPT_SLOTS];

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

/* Fails only where the question is no longer open. */
static void respond(int fd, bool deny)
{
	struct fanotify_response response = { .fd = fd, .response = deny ? FAN_DENY : FAN_ALLOW };

	while (write(group, &response, sizeof(response)) < 0 && errno == EINTR)
		;
	close(fd);
}

/* ---- judging ---- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0xff51afd7ed558ccdull;
	return hash ^ hash >> 32;
}

/* Of this process (until it runs another program), this file under this name, this call. */
static uint64_t key_of(void)
{
	uint64_t hash = mix(facts.kind + 1, (uint64_t)facts.pid);

	hash = mix(mix(hash, facts.start_ticks), facts.file.st_ino);
	hash = mix(mix(hash, facts.file.st_dev), (uint64_t)in_ns(facts.file.st_mtim));
	hash = mix(mix(hash, (uint64_t)in_ns(facts.file.st_ctim)), facts.situations);
	hash = mix(mix(hash, facts.euid), facts.ruid);
	for (uint32_t i = 0; i < facts.exe.bytes; i++)
		hash = mix(hash, (uint8_t)facts.exe.at[i]);
	const struct text *path = facts_path(&facts);

	for (uint32_t i = 0; i < path->bytes; i++)
		hash = mix(hash, (uint8_t)path->at[i]);
	return hash;
}

static void expire(void);

static void ask(int fd, int rule)
{
	uint64_t key = key_of(), now = now_ns();
	bool acts = table.head->flags & PREVENT_ACT;
	uint32_t at = 0;

	if (acts && kept[key % KEPT_SLOTS].key == key && kept[key % KEPT_SLOTS].until_ns > now) {
		bool deny = kept[key % KEPT_SLOTS].deny;

		count(PREVENT_CACHED);
		if (deny) {
			count(PREVENT_DENIED);
			tell_candidate(&facts, (struct decided){ PREVENT_TOLD, 0, PREVENT_WAS_DENIED, -1 });
		}
		respond(fd, deny);
		return;
	}
	while (at < WAITING_MAX && waiting[at].fd >= 0)
		at++;
	uint32_t id = acts && at < WAITING_MAX ? at | ++waiting[at].uses << 10 : 0;

	if ((acts && id == 0) || !tell_candidate(&facts, (struct decided){ PREVENT_ASK, id, PREVENT_UNDECIDED, rule })) {
		count(PREVENT_FAILED_OPEN);
		respond(fd, false);
		return;
	}
	count(PREVENT_ASKED);
	if (!acts) {
		respond(fd, false);
		return;
	}
	waiting[at].fd = fd;
	waiting[at].key = key;
	waiting[at].until_ns = now + (uint64_t)table.head->deadline_ms * 1000000;
	if (waiting_count++ == 0)
		expire();
}

static void deny(int fd, int rule)
{
	bool acts = table.head->flags & PREVENT_ACT && !table.rules[rule].quiet;

	count(acts ? PREVENT_DENIED : PREVENT_WOULD_DENY);
	respond(fd, acts);
	tell_candidate(&facts, (struct decided){ PREVENT_TOLD, 0, acts ? PREVENT_WAS_DENIED : PREVENT_WOULD_BE_DENIED, rule });
}

static void judge(int fd, enum prevent_kind kind, int tid)
{
	count(PREVENT_EVENTS);
	if (!table.head || facts_of_file(&facts, kind, tid, fd)) {
		count(PREVENT_FAILED_OPEN);
		respond(fd, false);
		return;
	}
	/* The loader is opened for each program that is run: no rule denies it. */
	bool is_loader = kind == PREVENT_EXEC && facts_is_loader(&facts);
	struct verdict verdict = is_loader ? (struct verdict){ NO, -1 } : table_judge(&table, &facts);

	if (verdict.truth == NO && !facts.failed) {
		/* Whoever opens or runs it is allowed to: the kernel need not ask again. */
		if (marks_remember(fd, &facts))
			count(PREVENT_REMEMBERED);
		count(PREVENT_TABLE);
		respond(fd, false);
		return;
	}
	facts.may_load = true;
	if (verdict.truth == UNSURE)
		verdict = table_judge(&table, &facts);
	/* No program that is meant to be run lies where no name leads; a file may, and nobody can tell what it is. */
	if (facts.is_out_of_reach && verdict.truth == UNSURE && facts.kind == PREVENT_EXEC)
		verdict.truth = YES;
	bool is_untold = facts.is_out_of_reach && verdict.truth == UNSURE;

	if (facts.failed || is_untold || (verdict.truth != NO && !facts_load(&facts, OF_ALL))) {
		count(PREVENT_FAILED_OPEN);
		respond(fd, false);
		return;
	}
	if (verdict.truth != NO && (table_is_protected(&table, &facts) || table_is_quiet(&table, facts_path(&facts)))) {
		count(PREVENT_EXEMPT);
		verdict.truth = NO;
	}
	if (verdict.truth == NO || facts.is_exec_open) {
		count(PREVENT_TABLE);
		respond(fd, false);
	} else if (verdict.truth == YES) {
		count(PREVENT_TABLE);
		deny(fd, verdict.rule);
	} else {
		ask(fd, verdict.rule);
	}
}

static void take_event(void *context, int fd, uint64_t mask, int tid)
{
	(void)context;
	if (mask & (FAN_OPEN_EXEC_PERM | FAN_OPEN_PERM))
		judge(fd, mask & FAN_OPEN_EXEC_PERM ? PREVENT_EXEC : PREVENT_OPEN, tid);
	else
		close(fd);
}

/* ---- from the agent ---- */

static void settle(struct waiting *one, bool deny)
{
	respond(one->fd, deny);
	one->fd = -1;
	waiting_count--;
}

static void take_answer(const struct prevent_answer *answer)
{
	uint32_t at = answer->id & 1023;
	bool waits = at < WAITING_MAX && waiting[at].fd >= 0 && (at | waiting[at].uses << 10) == answer->id;
	struct prevent_done done = { PREVENT_DONE, answer->id, waits, 0 };

	if (waits) {
		uint64_t key = waiting[at].key;

		if (answer->keep) {
			kept[key % KEPT_SLOTS].key = key;
			kept[key % KEPT_SLOTS].until_ns = now_ns() + KEEP_NS;
			kept[key % KEPT_SLOTS].deny = answer->deny;
		}
		if (answer->deny)
			count(PREVENT_DENIED);
		settle(&waiting[at], answer->deny);
	}
	if (answer->deny && !tell(&done, sizeof(done)))
		count(PREVENT_UNTOLD);
}

static void use_table(int memory, size_t bytes)
{
	struct prevent_ready ready = { PREVENT_READY, 0, 0, 0 };
	int error = memory < 0 ? -EBADF : table_take(&table, memory, bytes);

	if (memory >= 0)
		close(memory);
	if (!error) {
		memset(kept, 0, sizeof(kept));
		fanotify_mark(group, FAN_MARK_FLUSH, 0, AT_FDCWD, "/");
		ready.watched = marks_follow(&table, true, &ready.refused, tell_mount);
	}
	ready.error = -error;
	tell(&ready, sizeof(ready));
}

/* ---- what is waited for ---- */

enum source { QUESTIONS, MESSAGES, MOUNTS, BEAT, DEADLINE, BLOCKED, SOURCES = BLOCKED + BLOCKED_SOURCES };

static int listen_to(enum source source, int fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.u32 = source };

	return fd < 0 || epoll_ctl(sources, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

/* With the first file: a host on which none is blocked has no thread and no groups for it. */
static int open_blocked(void)
{
	int fds[BLOCKED_SOURCES] = { -1, -1, -1 };

	if (blocked_error != 1)
		return blocked_error;
	blocked_error = blocked_begin(fds);
	for (uint32_t i = 0; i < BLOCKED_SOURCES && !blocked_error; i++)
		blocked_error = listen_to(BLOCKED + i, fds[i], EPOLLIN);
	return blocked_error;
}

static void obey(const struct prevent_order *order, int fd)
{
	int error = open_blocked();
	struct prevent_file answer = { .message = PREVENT_FILE, .request = order->request, .error = -error };

	if (!error)
		answer = blocked_order(order, fd, &table);
	else if (fd >= 0)
		close(fd);
	tell(&answer, sizeof(answer));
}

/* Returns false when there is nothing more at the moment. */
static bool take_message(void)
{
	union {
		uint32_t message;
		struct prevent_use use;
		struct prevent_answer answer;
		struct prevent_order order;
	} got;
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec part = { &got, sizeof(got) };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	ssize_t bytes = recvmsg(PREVENT_SOCKET_FD, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	int memory = -1;

	if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (bytes <= 0) {
		tell_end();
		return false;
	}
	struct cmsghdr *first = CMSG_FIRSTHDR(&header);

	if (first && first->cmsg_level == SOL_SOCKET && first->cmsg_type == SCM_RIGHTS && first->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&memory, CMSG_DATA(first), sizeof(memory));
	if (bytes == sizeof(got.use) && got.message == PREVENT_USE)
		use_table(memory, got.use.bytes);
	else if (bytes == sizeof(got.answer) && got.message == PREVENT_ANSWER)
		take_answer(&got.answer);
	else if (bytes == sizeof(got.order) && got.message == PREVENT_ORDER)
		obey(&got.order, memory);
	return true;
}

/* ---- the loop ---- */

/* Lets go of those whose time is over, and is woken when that of the next one is. */
static void expire(void)
{
	uint64_t now = now_ns(), next = blocked_expire(now);

	for (uint32_t at = 0; waiting_count > 0 && at < WAITING_MAX; at++) {
		if (waiting[at].fd < 0)
			continue;
		if (waiting[at].until_ns <= now) {
			count(PREVENT_TIMED_OUT);
			settle(&waiting[at], false);
		} else if (next == 0 || waiting[at].until_ns < next) {
			next = waiting[at].until_ns;
		}
	}
	struct itimerspec at = { .it_value = { (time_t)(next / 1000000000), (long)(next % 1000000000) } };

	timerfd_settime(deadline, TFD_TIMER_ABSTIME, &at, NULL);
}

static void take(enum source from, uint32_t what)
{
	uint64_t times;
	uint32_t refused;

	switch (from) {
	case QUESTIONS:
		marks_read(group, take_event, NULL);
		break;
	case MESSAGES:
		while (take_message())
			;
		if (what & (EPOLLHUP | EPOLLERR))
			tell_end();
		break;
	case MOUNTS:
		if (table.head)
			marks_follow(&table, false, &refused, tell_mount);
		if (table.head && !blocked_error)
			blocked_follow(&table);
		break;
	case BEAT:
		if (read(beat, &times, sizeof(times)) == sizeof(times))
			marks_forget(now_ns());
		break;
	case DEADLINE:
		if (read(deadline, &times, sizeof(times)) == sizeof(times))
			expire();
		break;
	default:
		if (blocked_take((enum blocked_source)(from - BLOCKED), &table, now_ns() + (uint64_t)table.head->deadline_ms * 1000000))
			expire();
		break;
	}
}

/* Timers of their own, and no time limit of the wait: to set one for each question costs a virtual processor two exits. */
static void run(void)
{
	struct epoll_event events[SOURCES];

	while (!tell_is_over()) {
		int ready = epoll_wait(sources, events, SOURCES, -1);

		tell_beat();
		for (int i = 0; i < ready; i++)
			take(events[i].data.u32, events[i].events);
	}
}

static int begin_listening(void)
{
	struct itimerspec every = { { 0, BEAT_NS }, { 0, BEAT_NS } };

	sources = epoll_create1(EPOLL_CLOEXEC);
	beat = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	deadline = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	int error = timerfd_settime(beat, 0, &every, NULL) ? -errno : listen_to(QUESTIONS, group, EPOLLIN);

	if (!error)
		error = listen_to(MESSAGES, PREVENT_SOCKET_FD, EPOLLIN);
	if (!error)
		error = listen_to(BEAT, beat, EPOLLIN);
	if (!error)
		error = listen_to(DEADLINE, deadline, EPOLLIN);
	/* Without /proc/self/mountinfo new mounts are seen with the next table. */
	if (!error && marks_changes() >= 0)
		error = listen_to(MOUNTS, marks_changes(), EPOLLPRI);
	return error;
}

static void prepare(void)
{
	struct rlimit files = { MOST_FDS, MOST_FDS };
	struct sched_param first = { .sched_priority = 1 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "tarsier-prevent");
	for (int signal_number = 1; signal_number < 32; signal_number++)
		if (signal_number == SIGHUP || signal_number == SIGINT || signal_number == SIGTERM || signal_number == SIGPIPE || signal_number == SIGQUIT)
			signal(signal_number, SIG_IGN);
	syscall(SYS_close_range, PREVENT_SHARED_FD + 1, ~0u, 0);
	setrlimit(RLIMIT_NOFILE, &files);
	/* Whoever asks has stopped running: before what else wants to run he is answered. A busy host would keep him for a turn of the others, and the deadline with him. */
	if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &first))
		setpriority(PRIO_PROCESS, 0, -10);
	mlockall(MCL_CURRENT | MCL_FUTURE);
	for (uint32_t at = 0; at < WAITING_MAX; at++)
		waiting[at].fd = -1;
}

int main(void)
{
	struct prevent_ready failed = { PREVENT_READY, 0, 0, 0 };

	prepare();
	if (tell_begin())
		return 1;
	int error = facts_begin();

	group = marks_begin();
	if (!error)
		error = group < 0 ? group : begin_listening();
	failed.error = -error;
	if (failed.error) {
		tell(&failed, sizeof(failed));
		return 1;
	}
	run();
	return 0;
}
