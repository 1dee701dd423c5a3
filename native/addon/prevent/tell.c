// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "tell.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

static struct prevent_shared *shared;
static bool is_over;

int tell_begin(void)
{
	void *memory = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, PREVENT_SHARED_FD, 0);

	if (memory == MAP_FAILED)
		return -errno;
	shared = memory;
	return 0;
}

void tell_beat(void)
{
	atomic_fetch_add_explicit(&shared->beat, 1, memory_order_relaxed);
}

void count(enum prevent_counter what)
{
	atomic_fetch_add_explicit(&shared->counters[what], 1, memory_order_relaxed);
}

bool tell(const void *message, size_t bytes)
{
	ssize_t sent = send(PREVENT_SOCKET_FD, message, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
		is_over = true;
	return sent == (ssize_t)bytes;
}

void tell_mount(const char *point, int error)
{
	static char message[sizeof(struct prevent_mount) + PREVENT_PATH_MAX];
	struct prevent_mount head = { PREVENT_MOUNT, error, (uint32_t)strlen(point), 0 };

	memcpy(message, &head, sizeof(head));
	memcpy(message + sizeof(head), point, head.path_bytes);
	tell(message, sizeof(head) + head.path_bytes);
}

bool tell_candidate(struct facts *facts, struct decided decided)
{
	static char message[PREVENT_MESSAGE_MAX];
	const struct text *path = facts_path(facts);
	struct prevent_candidate head = {
		.message = decided.what, .id = decided.id, .kind = facts->kind, .outcome = decided.outcome, .rule = decided.rule,
		.type = facts->type, .open_flags = facts->open_flags,
		.tid = (uint32_t)facts->tid, .pid = (uint32_t)facts->pid, .ppid = (uint32_t)facts->ppid, .mode = facts->file.st_mode,
		.uid = facts->file.st_uid, .gid = facts->file.st_gid, .links = (uint32_t)facts->file.st_nlink, .path_bytes = path->bytes,
		.exe_bytes = facts->exe.bytes, .dev = (uint64_t)major(facts->file.st_dev) << 20 | minor(facts->file.st_dev),
		.ino = facts->file.st_ino, .ctime_ns = in_ns(facts->file.st_ctim), .mtime_ns = in_ns(facts->file.st_mtim),
		.start_ticks = facts->start_ticks,
	};

	memcpy(head.comm, facts->comm, sizeof(head.comm));
	memcpy(message, &head, sizeof(head));
	memcpy(message + sizeof(head), path->at, path->bytes);
	memcpy(message + sizeof(head) + path->bytes, facts->exe.at, facts->exe.bytes);
	bool is_told = tell(message, sizeof(head) + path->bytes + facts->exe.bytes);

	if (!is_told && decided.what == PREVENT_TOLD)
		count(PREVENT_UNTOLD);
	return is_told;
}

void tell_end(void)
{
	is_over = true;
}

bool tell_is_over(void)
{
	return is_over;
}
