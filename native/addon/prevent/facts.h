/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of an open or an exec, and of who does it. Nothing here opens a file but those of /proc. */
#ifndef TARSIER_PREVENT_FACTS_H
#define TARSIER_PREVENT_FACTS_H

#include "../prevent-protocol.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

struct text {
	uint32_t bytes;
	char at[PREVENT_PATH_MAX];
};

/* Stands for a path that is longer than any name. */
#define LEFT_OUT "\xe2\x80\xa6"

struct facts {
	enum prevent_kind kind;
	int tid, fd;
	struct stat file;
	struct text path;
	/* Longer than any name can be, so that no link tells it: anybody gets there step by step. The text is LEFT_OUT then. */
	bool is_out_of_reach;
	/* A bit for each number that it can be. exec: 0 execve, 1 execveat. open: (type * 3 + access) * 2 + created; types: open, openat, openat2,
	 * creat, open_by_handle_at; access: read, write, both. */
	uint32_t situations;
	/* Of the process: read when they are first needed, each by itself, for that is what answering costs. */
	bool may_load;
	uint32_t loaded; /* a bit per enum fact_group */
	bool failed;	 /* it is gone, or may not be looked at; or the file has no path */
	bool is_exec_open; /* the open is a part of an exec */
	int pid, ppid;
	uint32_t euid, ruid;
	uint64_t start_ticks;
	int type, open_flags;
	bool on_host;
	char comm[16];
	struct text exe;
};

static inline int64_t in_ns(struct timespec time)
{
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Once, at the start. Returns 0 or -errno. */
int facts_begin(void);

/* The inode of the file of an event, which is open as `fd` as long as the facts are used. Returns 0 or -errno. */
int facts_of_file(struct facts *facts, enum prevent_kind kind, int tid, int fd);

enum fact_group { OF_IDS = 1, OF_NAME = 2, OF_PROGRAM = 4, OF_PLACE = 8, OF_CALL = 16, OF_PATH = 32, OF_ALL = 63 };

/* Reads these unless that was done. Returns whether they are there. Never waits for the process. */
bool facts_load(struct facts *facts, uint32_t groups);

/*
 * All of them, of an open that may be a part of an exec: then that is what it becomes. Each by itself: a program or a path that is too long to be read
 * hides nothing else. Returns whether it is known who it is.
 */
bool facts_load_act(struct facts *facts);

/* As the mount namespace of the process has it; empty where it cannot be read, and then the facts have failed. */
const struct text *facts_path(struct facts *facts);

/*
 * Everybody may start such a program, and by LD_PRELOAD make it do what he likes: so only where root does, or where it became of root's own process,
 * as with a login. The ids and the program are loaded.
 */
bool facts_runs_as_meant(const struct facts *facts);

/* A dynamic loader of the system: the kernel opens it for every program that it runs. */
bool facts_is_loader(struct facts *facts);

#endif
