// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "facts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXEC_TYPES 2
#define OPEN_TYPES 5
#define ALL_EXECS ((1u << EXEC_TYPES) - 1)
#define ALL_OPENS ((1u << (OPEN_TYPES * 6)) - 1)

static int proc = -1;
static char host_mounts[64];

static int read_link(const char *path, char *to, size_t room)
{
	ssize_t length = readlinkat(proc, path, to, room - 1);

	if (length < 0)
		return -errno;
	to[length] = 0;
	return (int)length;
}

int facts_begin(void)
{
	proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc < 0)
		return -errno;
	/* Where process 1 may not be looked at, the agent is taken to be on the host. */
	int length = read_link("1/ns/mnt", host_mounts, sizeof(host_mounts));

	if (length < 0)
		length = read_link("self/ns/mnt", host_mounts, sizeof(host_mounts));
	return length < 0 ? length : 0;
}

int facts_of_file(struct facts *facts, enum prevent_kind kind, int tid, int fd)
{
	char name[32];

	facts->kind = kind;
	facts->tid = tid;
	facts->may_load = facts->failed = facts->on_host = false;
	facts->loaded = 0;
	facts->is_exec_open = false;
	facts->pid = facts->ppid = 0;
	facts->start_ticks = 0;
	facts->type = facts->open_flags = -1;
	facts->exe.bytes = 0;
	facts->comm[0] = 0;
	facts->situations = kind == PREVENT_EXEC ? ALL_EXECS : ALL_OPENS;
	snprintf(name, sizeof(name), "self/fd/%d", fd);
	int length = read_link(name, facts->path.at, sizeof(facts->path.at));

	if (length < 0)
		return length;
	facts->path.bytes = (uint32_t)length;
	return fstat(fd, &facts->file) ? -errno : 0;
}

/* ---- of the process ---- */

static int read_file(const char *path, char *to, size_t room)
{
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	ssize_t length = read(fd, to, room - 1);
	int error = errno;

	close(fd);
	if (length < 0)
		return -error;
	to[length] = 0;
	return (int)length;
}

static const char *line_of(const char *text, const char *key)
{
	const char *found = strstr(text, key);

	return found ? found + strlen(key) : NULL;
}

static int load_status(struct facts *facts)
{
	char path[32], text[4096];

	snprintf(path, sizeof(path), "%d/status", facts->tid);
	int length = read_file(path, text, sizeof(text));

	if (length < 0)
		return length;
	const char *pid = line_of(text, "\nTgid:"), *ppid = line_of(text, "\nPPid:"), *uids = line_of(text, "\nUid:");

	if (!pid || !ppid || !uids)
		return -ESRCH;
	facts->pid = atoi(pid);
	facts->ppid = atoi(ppid);
	return sscanf(uids, "%u %u", &facts->ruid, &facts->euid) == 2 && facts->pid > 0 ? 0 : -ESRCH;
}

/* The name stands in parentheses and may hold any: the numbers begin behind the last one. */
static int load_start(struct facts *facts)
{
	char path[32], text[1024];

	snprintf(path, sizeof(path), "%d/stat", facts->pid);
	int length = read_file(path, text, sizeof(text));

	if (length < 0)
		return length;
	char *open = strchr(text, '('), *at = strrchr(text, ')');

	if (!open || !at || at < open)
		return -ESRCH;
	size_t name = (size_t)(at - open) - 1;

	memset(facts->comm, 0, sizeof(facts->comm));
	memcpy(facts->comm, open + 1, name < sizeof(facts->comm) - 1 ? name : sizeof(facts->comm) - 1);
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return -ESRCH;
	facts->start_ticks = strtoull(at + 1, NULL, 10);
	return 0;
}

static const char DELETED[] = " (deleted)";

/* A program that was replaced while it runs keeps its path; the kernel marks it, and a file may also be called so. */
static void without_mark(struct text *exe, const char *link)
{
	size_t mark = sizeof(DELETED) - 1;
	struct stat file;

	if (exe->bytes <= mark || memcmp(exe->at + exe->bytes - mark, DELETED, mark) != 0)
		return;
	if (fstatat(proc, link, &file, 0) == 0 && file.st_nlink == 0) {
		exe->bytes -= (uint32_t)mark;
		exe->at[exe->bytes] = 0;
	}
}

static int load_program(struct facts *facts)
{
	char path[32];

	snprintf(path, sizeof(path), "%d/exe", facts->tid);
	int length = read_link(path, facts->exe.at, sizeof(facts->exe.at));

	if (length < 0)
		return length;
	facts->exe.bytes = (uint32_t)length;
	without_mark(&facts->exe, path);
	return 0;
}

static int load_place(struct facts *facts)
{
	char path[32], mounts[64];

	snprintf(path, sizeof(path), "%d/ns/mnt", facts->tid);
	int length = read_link(path, mounts, sizeof(mounts));

	facts->on_host = length > 0 && strcmp(mounts, host_mounts) == 0;
	return length < 0 ? length : 0;
}

/* ---- of the call ---- */

/* A call by its number: its type, and which argument holds the flags of the open (-1: none of them). */
struct call {
	long number;
	int type, flags_at;
};

static const struct call OPENS[] = {
#ifdef SYS_open
	{ SYS_open, 0, 1 }, { SYS_creat, 3, -1 },
#endif
	{ SYS_openat, 1, 2 }, { SYS_openat2, 2, -1 }, { SYS_open_by_handle_at, 4, 2 },
#ifdef __x86_64__
	/* Of 32-bit programs; no open of 64 bits has these numbers. */
	{ 5, 0, 1 }, { 8, 3, -1 }, { 295, 1, 2 }, { 342, 4, 2 },
#endif
};

static const struct call EXECS[] = {
	{ SYS_execve, 0, -1 }, { SYS_execveat, 1, -1 },
#ifdef __x86_64__
	{ 11, 0, -1 }, { 358, 1, -1 },
#endif
};

static const struct call *find_call(const struct call *calls, size_t count, long number)
{
	for (size_t i = 0; i < count; i++)
		if (calls[i].number == number)
			return &calls[i];
	return NULL;
}

#define CREAT_TYPE 3

/* Of an open with O_CREAT nobody can say yet whether it makes the file, unless it must. */
static uint32_t situations_of_open(int type, int flags)
{
	uint32_t access = 0, all = 0;

	if (type < 0)
		return ALL_OPENS;
	if (flags < 0)
		return 0x3fu << (type * 6);
	access = (flags & O_ACCMODE) == O_RDONLY ? 0 : (flags & O_ACCMODE) == O_WRONLY ? 1 : 2;
	bool may_make = flags & O_CREAT, must_make = (flags & O_TMPFILE) == O_TMPFILE || (may_make && flags & O_EXCL);

	if (!must_make)
		all |= 1u << ((type * 3 + (int)access) * 2);
	if (may_make || must_make)
		all |= 1u << ((type * 3 + (int)access) * 2 + 1);
	return all;
}

/* The registers of a thread that waits in a call cannot change. What is none of these came through io_uring, or is not known. */
static void load_call(struct facts *facts)
{
	char path[32], text[256];
	unsigned long long arguments[6];
	long number = -1;

	snprintf(path, sizeof(path), "%d/syscall", facts->tid);
	if (read_file(path, text, sizeof(text)) < 0)
		return;
	if (sscanf(text, "%ld %llx %llx %llx %llx %llx %llx", &number, &arguments[0], &arguments[1], &arguments[2], &arguments[3], &arguments[4],
		   &arguments[5]) != 7)
		return;
	const struct call *exec = find_call(EXECS, sizeof(EXECS) / sizeof(*EXECS), number);
	const struct call *open = find_call(OPENS, sizeof(OPENS) / sizeof(*OPENS), number);

	if (facts->kind == PREVENT_EXEC) {
		if (exec) {
			facts->type = exec->type;
			facts->situations = 1u << exec->type;
		}
		return;
	}
	facts->is_exec_open = exec != NULL;
	if (!open)
		return;
	facts->type = open->type;
	if (open->type == CREAT_TYPE)
		facts->open_flags = O_CREAT | O_WRONLY | O_TRUNC;
	else if (open->flags_at >= 0)
		facts->open_flags = (int)(arguments[open->flags_at] & INT_MAX);
	facts->situations = situations_of_open(facts->type, facts->open_flags);
}

static int load_ids(struct facts *facts)
{
	int error = load_status(facts);

	if (!error && facts->kind == PREVENT_EXEC && facts->file.st_mode & S_ISUID)
		facts->euid = facts->file.st_uid;
	return error;
}

static int load_call_once(struct facts *facts)
{
	load_call(facts);
	return 0;
}

bool facts_load(struct facts *facts, uint32_t groups)
{
	/* The name is that of the process, whose number is one of the ids. */
	static const struct {
		uint32_t group;
		int (*load)(struct facts *facts);
	} LOADS[] = {
		{ OF_IDS, load_ids }, { OF_NAME, load_start }, { OF_PROGRAM, load_program }, { OF_PLACE, load_place }, { OF_CALL, load_call_once },
	};

	if (groups & OF_NAME)
		groups |= OF_IDS;
	for (size_t i = 0; i < sizeof(LOADS) / sizeof(*LOADS) && !facts->failed; i++) {
		if (!(groups & LOADS[i].group) || facts->loaded & LOADS[i].group)
			continue;
		facts->failed = LOADS[i].load(facts) != 0;
		facts->loaded |= LOADS[i].group;
	}
	return !facts->failed;
}

bool facts_is_loader(const struct facts *facts)
{
	const char *name = strrchr(facts->path.at, '/');
	static const char *const PLACES[] = { "/lib", "/usr/lib", "/nix/store/", "/gnu/store/" };
	bool in_place = false;

	if (!name || facts->file.st_uid != 0 || (facts->file.st_mode & (S_IWGRP | S_IWOTH)))
		return false;
	for (size_t i = 0; i < sizeof(PLACES) / sizeof(*PLACES); i++)
		in_place |= strncmp(facts->path.at, PLACES[i], strlen(PLACES[i])) == 0;
	name++;
	return in_place && (strncmp(name, "ld-linux", 8) == 0 || strncmp(name, "ld-musl-", 8) == 0 || strncmp(name, "ld-2.", 5) == 0 ||
			    strncmp(name, "ld64.so", 7) == 0 || strcmp(name, "ld.so.1") == 0);
}
