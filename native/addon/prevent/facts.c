// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "facts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXEC_TYPES 2
#define OPEN_TYPES 5
#define ALL_EXECS ((1u << EXEC_TYPES) - 1)
#define ALL_OPENS ((1u << (OPEN_TYPES * 6)) - 1)

/* /proc, and of it the folder of our own descriptors: the names of a walk cost more than what is read at its end. */
static int proc = -1, own_files = -1;
static char host_mounts[64];

static int read_link(int folder, const char *path, char *to, size_t room)
{
	ssize_t length = readlinkat(folder, path, to, room - 1);

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
	own_files = openat(proc, "self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (own_files < 0)
		return -errno;
	/* Where process 1 may not be looked at, the agent is taken to be on the host. */
	int length = read_link(proc, "1/ns/mnt", host_mounts, sizeof(host_mounts));

	if (length < 0)
		length = read_link(proc, "self/ns/mnt", host_mounts, sizeof(host_mounts));
	return length < 0 ? length : 0;
}

/* NUMBER or NUMBER/REST; `to` has room for it. */
static const char *numbered(char *to, int number, const char *rest)
{
	char digits[12];
	size_t count = 0, at = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while (number /= 10);
	while (count > 0)
		to[at++] = digits[--count];
	strcpy(to + at, rest);
	return to;
}

int facts_of_file(struct facts *facts, enum prevent_kind kind, int tid, int fd)
{
	facts->kind = kind;
	facts->tid = tid;
	facts->fd = fd;
	facts->may_load = facts->failed = facts->on_host = false;
	facts->loaded = 0;
	facts->is_exec_open = facts->is_out_of_reach = false;
	facts->pid = facts->ppid = 0;
	facts->start_ticks = 0;
	facts->type = facts->open_flags = -1;
	facts->path.bytes = facts->exe.bytes = 0;
	facts->comm[0] = 0;
	facts->situations = kind == PREVENT_EXEC ? ALL_EXECS : ALL_OPENS;
	return fstat(fd, &facts->file) ? -errno : 0;
}

static int load_path(struct facts *facts)
{
	char name[16];
	int length = read_link(own_files, numbered(name, facts->fd, ""), facts->path.at, sizeof(facts->path.at));

	facts->is_out_of_reach = length == -ENAMETOOLONG;
	if (facts->is_out_of_reach)
		length = (int)strlen(strcpy(facts->path.at, LEFT_OUT));
	facts->path.bytes = length < 0 ? 0 : (uint32_t)length;
	return length < 0 ? length : 0;
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

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

/* As <linux/pidfd.h> has it since Linux 6.13. */
struct pidfd_ids {
	uint64_t mask, cgroup;
	uint32_t pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid, spare;
};

#define PIDFD_GET_IDS _IOWR(0xff, 11, struct pidfd_ids)
#define PIDFD_HAS_PID 1u
#define PIDFD_HAS_CREDS 2u

/* One answer of the kernel in numbers, a third of the time that the text in /proc takes. Returns whether there was one. */
static bool load_pidfd(struct facts *facts)
{
	static bool is_missing;
	struct pidfd_ids ids = { .mask = PIDFD_HAS_PID | PIDFD_HAS_CREDS };
	int fd = is_missing ? -1 : (int)syscall(SYS_pidfd_open, facts->tid, PIDFD_THREAD);

	if (fd < 0)
		return false;
	bool has = ioctl(fd, PIDFD_GET_IDS, &ids) == 0;

	is_missing = !has && (errno == ENOTTY || errno == EINVAL);
	close(fd);
	if (!has || (ids.mask & (PIDFD_HAS_PID | PIDFD_HAS_CREDS)) != (PIDFD_HAS_PID | PIDFD_HAS_CREDS))
		return false;
	facts->pid = (int)ids.tgid;
	facts->ppid = (int)ids.ppid;
	facts->ruid = ids.ruid;
	facts->euid = ids.euid;
	return true;
}

static int load_status(struct facts *facts)
{
	char path[32], text[4096];
	int length = read_file(numbered(path, facts->tid, "/status"), text, sizeof(text));

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
	int length = read_file(numbered(path, facts->pid, "/stat"), text, sizeof(text));

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
	int length = read_link(proc, numbered(path, facts->tid, "/exe"), facts->exe.at, sizeof(facts->exe.at));

	/* It is none that a rule names, and nobody is let do everything for running from there. */
	if (length == -ENAMETOOLONG)
		length = (int)strlen(strcpy(facts->exe.at, LEFT_OUT));
	if (length < 0)
		return length;
	facts->exe.bytes = (uint32_t)length;
	without_mark(&facts->exe, path);
	return 0;
}

static int load_place(struct facts *facts)
{
	char path[32], mounts[64];
	int length = read_link(proc, numbered(path, facts->tid, "/ns/mnt"), mounts, sizeof(mounts));

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

	if (read_file(numbered(path, facts->tid, "/syscall"), text, sizeof(text)) < 0)
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
	int error = load_pidfd(facts) ? 0 : load_status(facts);

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
		{ OF_PATH, load_path },
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

bool facts_load_act(struct facts *facts)
{
	static const uint32_t GROUPS[] = { OF_CALL, OF_IDS, OF_NAME, OF_PROGRAM, OF_PLACE, OF_PATH };
	bool is_known = true;

	for (size_t i = 0; i < sizeof(GROUPS) / sizeof(*GROUPS); i++) {
		if (!facts_load(facts, GROUPS[i]) && GROUPS[i] == OF_IDS)
			is_known = false;
		facts->failed = false;
		if (GROUPS[i] == OF_CALL && facts->is_exec_open) {
			facts->kind = PREVENT_EXEC;
			load_call(facts);
		}
	}
	return is_known;
}

#define FOREBEARS 3

/* Never through process 1: to it come all whose parents end. */
bool facts_runs_as_meant(const struct facts *facts)
{
	static struct facts forebear;
	uint32_t ruid = facts->ruid;
	int parent = facts->ppid;

	for (int i = 0; i < FOREBEARS && ruid != 0 && parent > 1; i++) {
		forebear.tid = parent;
		if (load_ids(&forebear) || load_program(&forebear) || forebear.exe.bytes != facts->exe.bytes ||
		    memcmp(forebear.exe.at, facts->exe.at, facts->exe.bytes) != 0)
			return false;
		ruid = forebear.ruid;
		parent = forebear.ppid;
	}
	return ruid == 0;
}

const struct text *facts_path(struct facts *facts)
{
	facts_load(facts, OF_PATH);
	return &facts->path;
}

static bool is_loader_path(const struct text *path)
{
	const char *name = memrchr(path->at, '/', path->bytes);
	static const char *const PLACES[] = { "/lib", "/usr/lib", "/nix/store/", "/gnu/store/" };
	bool in_place = false;

	if (!name)
		return false;
	for (size_t i = 0; i < sizeof(PLACES) / sizeof(*PLACES); i++)
		in_place |= strncmp(path->at, PLACES[i], strlen(PLACES[i])) == 0;
	name++;
	return in_place && (strncmp(name, "ld-linux", 8) == 0 || strncmp(name, "ld-musl-", 8) == 0 || strncmp(name, "ld-2.", 5) == 0 ||
			    strncmp(name, "ld64.so", 7) == 0 || strcmp(name, "ld.so.1") == 0);
}

#define PROGRAM_SLOTS 256u

/* What was found by path is kept by inode: programs are few, and to ask for the path of each again costs a fifth of an answer. A rename changes ctime. */
bool facts_is_loader(struct facts *facts)
{
	static struct program {
		dev_t device;
		ino_t inode;
		struct timespec changed;
		bool is_loader;
	} programs[PROGRAM_SLOTS];
	const struct stat *file = &facts->file;
	struct program *known = &programs[(file->st_ino ^ file->st_dev * 31) % PROGRAM_SLOTS];

	if (file->st_uid != 0 || (file->st_mode & (S_IWGRP | S_IWOTH)))
		return false;
	if (known->inode != file->st_ino || known->device != file->st_dev || known->changed.tv_sec != file->st_ctim.tv_sec ||
	    known->changed.tv_nsec != file->st_ctim.tv_nsec) {
		bool is_loader = is_loader_path(facts_path(facts));

		if (facts->failed)
			return false;
		*known = (struct program){ file->st_dev, file->st_ino, file->st_ctim, is_loader };
	}
	return known->is_loader;
}
