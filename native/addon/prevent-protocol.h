/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the agent and the helper that answers for it have in common: descriptors, shared memory, messages (one datagram each), and the form of the
 * decision table. All numbers in the byte order of the machine; src/respond/prevention/ writes and reads the same.
 */
#ifndef TARSIER_PREVENT_PROTOCOL_H
#define TARSIER_PREVENT_PROTOCOL_H

#include <stdatomic.h>
#include <stdint.h>

/* Descriptors that the helper is started with: a SOCK_SEQPACKET socket, and the memory of struct prevent_shared. */
#define PREVENT_SOCKET_FD 3
#define PREVENT_SHARED_FD 4

#define PREVENT_PATH_MAX 4096u

enum prevent_counter {
	PREVENT_EVENTS,		/* opens and execs that the kernel asked about */
	PREVENT_TABLE,		/* answered from the table alone */
	PREVENT_REMEMBERED,	/* files that the kernel was told to ask no more about for a while */
	PREVENT_CACHED,		/* answered as JavaScript had answered before */
	PREVENT_ASKED,		/* handed to JavaScript */
	PREVENT_DENIED,
	PREVENT_WOULD_DENY,	/* dry run */
	PREVENT_TIMED_OUT,	/* JavaScript did not answer in time: allowed */
	PREVENT_FAILED_OPEN,	/* allowed because the process could not be read, or there was no room to ask */
	PREVENT_EXEMPT,		/* by the agent or a protected process: allowed where a rule said no */
	PREVENT_UNTOLD,		/* decisions that the agent could not be told of: it takes no more messages */
	PREVENT_BLOCKED,	/* of those that were denied: the file is a blocked one */
	PREVENT_DIGESTED,	/* files that were read, being as large as a blocked one */
	PREVENT_LEASED,		/* denied by the kernel itself: the owner of a lease on the file has not given it up yet */
	PREVENT_COUNTERS,
};

struct prevent_shared {
	_Atomic uint64_t beat; /* grows while the helper runs */
	_Atomic uint64_t counters[PREVENT_COUNTERS];
};

enum prevent_kind { PREVENT_EXEC, PREVENT_OPEN, PREVENT_KINDS };

/* ---- messages ---- */

enum prevent_message {
	/* from the helper */
	PREVENT_READY,	/* struct prevent_ready: the table is in force, or error says why not */
	PREVENT_MOUNT,	/* struct prevent_mount: a file system is watched, or error says why not */
	PREVENT_ASK,	/* struct prevent_candidate: wants an answer */
	PREVENT_TOLD,	/* struct prevent_candidate: was decided by the table */
	PREVENT_DONE,	/* struct prevent_done: an answer that denies was carried out, or came too late */
	PREVENT_FILE,	/* struct prevent_file: what came of an order */
	/* from the agent */
	PREVENT_USE,	/* struct prevent_use, with the memory of a table */
	PREVENT_ANSWER, /* struct prevent_answer */
	PREVENT_ORDER,	/* struct prevent_order, with a descriptor of the file unless it is to be let go */
};

struct prevent_ready {
	uint32_t message;
	int32_t error; /* errno, 0 */
	uint32_t watched, refused;
};

struct prevent_mount {
	uint32_t message;
	int32_t error;
	uint32_t path_bytes;
	uint32_t reserved;
	/* the path follows */
};

/* What a candidate was decided to be. */
enum prevent_outcome { PREVENT_UNDECIDED, PREVENT_WAS_DENIED, PREVENT_WOULD_BE_DENIED, PREVENT_WAS_BLOCKED };

struct prevent_candidate {
	uint32_t message;
	uint32_t id; /* of an ask (0: no answer is waited for), or of a blocked file */
	uint32_t kind;
	uint32_t outcome;
	int32_t rule;	    /* by number in the table; -1: not known yet */
	int32_t type;	    /* by number in the list of the kind; -1: not known */
	int32_t open_flags; /* -1: not known */
	uint32_t tid, pid, ppid;
	uint32_t mode, uid, gid, links;
	uint32_t path_bytes, exe_bytes;
	uint64_t dev, ino; /* dev: (major << 20) | minor */
	int64_t ctime_ns, mtime_ns;
	uint64_t start_ticks;
	char comm[16];
	/* path and program of the process follow */
};

struct prevent_done {
	uint32_t message;
	uint32_t id;
	uint32_t applied;
	uint32_t reserved;
};

struct prevent_use {
	uint32_t message;
	uint32_t bytes;
};

struct prevent_answer {
	uint32_t message;
	uint32_t id;
	uint32_t deny;
	uint32_t keep; /* the answer holds for this process and file for a while */
};

/* Files that nobody opens or runs, whatever the table says. */
#define PREVENT_BLOCKED_MAX 256u
#define PREVENT_SHA256_BYTES 32u
/* Content that is larger is blocked by inode alone: to read it takes longer than anybody should wait. */
#define PREVENT_DIGEST_MAX_BYTES (64u << 20)

/* LOOK: whether a file is denied, by the kernel's word. */
enum prevent_order_kind { PREVENT_BLOCK, PREVENT_LET, PREVENT_LOOK, PREVENT_ORDERS };

struct prevent_order {
	uint32_t message;
	uint32_t kind;
	uint32_t request; /* comes back with the answer */
	uint32_t id;	  /* of the file, from 1 */
	uint64_t bytes;	  /* of content that is blocked wherever it lies; 0: the inode alone */
	uint8_t sha256[PREVENT_SHA256_BYTES];
};

struct prevent_file {
	uint32_t message;
	uint32_t request;
	int32_t error; /* errno, 0 */
	uint32_t by_inode, by_content;
	uint32_t watched, refused; /* file systems, for content */
	uint32_t reserved;
};

/* The largest message of the helper. */
#define PREVENT_MESSAGE_MAX (sizeof(struct prevent_candidate) + 2 * PREVENT_PATH_MAX)

/* ---- decision table ---- */

#define PREVENT_MAGIC 0x31565054u /* "TPV1" */

#define PREVENT_MAX_TABLE_BYTES (4u << 20)
#define PREVENT_MAX_NODES 16384u
#define PREVENT_MAX_DEPTH 128u
#define PREVENT_MAX_RULES 1024u

/* CONTAINERS: the overlays of containers are watched, too. */
enum prevent_flag { PREVENT_ACT = 1, PREVENT_CONTAINERS = 2 };

/* A stretch of one of the arrays. */
struct prevent_span {
	uint32_t first, count;
};

struct prevent_table {
	uint32_t magic, bytes, flags, deadline_ms, agent_pid, reserved;
	/* offsets in bytes from the start of the table, and counts of elements */
	struct prevent_span nodes, children, tests, texts, rules, text_bytes;
	/* stretches of texts */
	struct prevent_span places[PREVENT_KINDS]; /* beginnings of paths that rules can deny; what cannot hold one is not watched */
	uint32_t everywhere[PREVENT_KINDS];	   /* the rules speak of no place */
	struct prevent_span mounts;    /* only these mount points are watched; none: any */
	struct prevent_span protected; /* programs that are never denied, whoever runs them */
	struct prevent_span of_root;   /* those that are not where they run as they are meant to: see facts_runs_as_meant() */
	struct prevent_span quiet;     /* beginnings of paths below which nothing is denied */
};

enum prevent_op { PREVENT_FALSE, PREVENT_TRUE, PREVENT_UNSURE, PREVENT_TEST, PREVENT_NOT, PREVENT_AND, PREVENT_OR, PREVENT_OPS };

/* children (or the child) come before their parent. TEST: first is a test. */
struct prevent_node {
	uint32_t op, first, count;
};

enum prevent_fact {
	PREVENT_SITUATION, /* which of the mask's situations it is */
	PREVENT_PATH,
	PREVENT_NAME,	   /* last component of the path */
	PREVENT_COMM_TO_BE, /* the same, as long as the name of a process */
	PREVENT_DIRECTORY,
	PREVENT_EXE, /* of the process */
	PREVENT_COMM,
	PREVENT_EUID,
	PREVENT_RUID,
	PREVENT_ON_HOST, /* in the mount namespace of process 1 */
	PREVENT_FACTS,
};

enum prevent_compare { PREVENT_EQUAL, PREVENT_BEGINS, PREVENT_ENDS, PREVENT_HOLDS, PREVENT_COMPARES };

/* Holds when the fact compares so with one of the texts (EQUAL: sorted by bytes), or is one of the numbers in their place. */
struct prevent_test {
	uint32_t fact, compare, first, count;
	/* of SITUATION, a bit per number: see situations in table.h */
	uint32_t mask[PREVENT_KINDS];
};

/* Bytes of text_bytes, or a number (bytes is 0). */
struct prevent_text {
	uint32_t first, bytes;
};

struct prevent_rule {
	uint32_t kind, root;
	uint32_t quiet; /* decided and told, never denied */
};

#endif
