// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "blocked.h"

#include "blocked-list.h"
#include "digest.h"
#include "marks.h"
#include "tell.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/fanotify.h>
#include <time.h>
#include <unistd.h>

#define OPENERS_MAX 128u
#define READINGS_MAX 32u
#define KEPT_SLOTS 256u
#define REMEMBERED_MAX 65536u
/* The kernel's clock of files goes in steps; a file that was changed so lately may change once more in the same one. */
#define SETTLED_NS 100000000ll

/* A file as it was when it was read. */
struct version {
	dev_t device;
	ino_t inode;
	uint64_t bytes;
	int64_t ctime_ns;
};

/* A file that is being read. */
struct reading {
	int fd; /* -1: none */
	struct version version;
	bool was_settled; /* when the reading began */
};

/* Who waits for that. */
struct opener {
	int fd; /* -1: nobody */
	int tid;
	uint32_t reading;
	uint64_t until_ns;
};

static struct reading readings[READINGS_MAX];
static struct opener openers[OPENERS_MAX];
static uint32_t opener_count;
static struct {
	struct version version;
	uint8_t sha256[SHA256_BYTES];
} kept[KEPT_SLOTS];
static int inodes = -1, content = -1;
static uint32_t remembered, watched, refused;
static struct facts facts;

int blocked_begin(int sources[BLOCKED_SOURCES])
{
	for (uint32_t i = 0; i < OPENERS_MAX; i++)
		openers[i].fd = -1;
	for (uint32_t i = 0; i < READINGS_MAX; i++)
		readings[i].fd = -1;
	inodes = marks_group();
	content = inodes < 0 ? inodes : marks_group();
	int digests = content < 0 ? content : digest_begin();

	if (digests < 0)
		return digests;
	sources[BLOCKED_INODES] = inodes;
	sources[BLOCKED_CONTENT] = content;
	sources[BLOCKED_DIGESTS] = digests;
	return 0;
}

/* ---- marks ---- */

/* An exec opens its file, too: one question is enough. */
#define MASK FAN_OPEN_PERM

/* Everything is asked about anew. */
static void forget(void)
{
	fanotify_mark(content, FAN_MARK_FLUSH, 0, AT_FDCWD, "/");
	remembered = 0;
}

void blocked_follow(const struct table *table)
{
	if (content < 0)
		return;
	if (list_has_content()) {
		watched = marks_everywhere(content, MASK, table, &refused);
		return;
	}
	fanotify_mark(content, FAN_MARK_FLUSH | FAN_MARK_FILESYSTEM, 0, AT_FDCWD, "/");
	watched = refused = 0;
}

static struct version version_of(const struct stat *stat)
{
	struct version version;

	memset(&version, 0, sizeof(version));
	version.device = stat->st_dev;
	version.inode = stat->st_ino;
	version.bytes = (uint64_t)stat->st_size;
	version.ctime_ns = in_ns(stat->st_ctim);
	return version;
}

static bool is_same(const struct version *a, const struct version *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool is_settled(const struct version *version)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return in_ns(now) - version->ctime_ns > SETTLED_NS;
}

/*
 * The kernel asks no more about it until it is written to. Not of a file that was changed a moment ago: most are changed again, or taken away. A file that was written to between our look at it and the mark is told by a second look:
 * what comes after that takes the mark away.
 */
static void remember(int fd, const struct version *before)
{
	struct stat now;

	if (!is_settled(before))
		return;
	if (remembered >= REMEMBERED_MAX)
		forget();
	if (!marks_ignore(content, MASK, fd))
		return;
	struct version after = fstat(fd, &now) ? (struct version){ 0 } : version_of(&now);

	if (is_same(before, &after)) {
		remembered++;
		count(PREVENT_REMEMBERED);
	} else {
		fanotify_mark(content, FAN_MARK_REMOVE | FAN_MARK_IGNORED_MASK, MASK, fd, NULL);
	}
}

/* ---- orders ---- */

static int mark_inode(struct blocked_file *file, int fd)
{
	struct stat stat;

	if (fstat(fd, &stat))
		return errno;
	if (!S_ISREG(stat.st_mode))
		return EINVAL;
	if (!marks_is_local(fd))
		return EOPNOTSUPP;
	file->device = stat.st_dev;
	file->inode = stat.st_ino;
	if (fanotify_mark(inodes, FAN_MARK_ADD, MASK, fd, NULL))
		return errno;
	file->by_inode = true;
	return 0;
}

static int block(const struct prevent_order *order, int fd, const struct table *table)
{
	struct blocked_file file = { .id = order->id, .bytes = order->bytes };
	int error = fd < 0 ? ESTALE : mark_inode(&file, fd);

	if (error && order->bytes == 0)
		return error;
	memcpy(file.sha256, order->sha256, sizeof(file.sha256));
	if (!list_put(&file))
		return ENOSPC;
	if (file.bytes) {
		forget();
		blocked_follow(table);
	}
	return 0;
}

/* The mark of the inode goes when it is asked about next: there is no other way to it. */
static int let(uint32_t id, const struct table *table)
{
	if (!list_remove(id))
		return ENOENT;
	if (list_is_empty())
		fanotify_mark(inodes, FAN_MARK_FLUSH, 0, AT_FDCWD, "/");
	if (!list_has_content())
		forget();
	blocked_follow(table);
	return 0;
}

/* To take away what was never marked changes nothing, and says whether there is a mark. */
static bool is_marked(int fd)
{
	return fanotify_mark(inodes, FAN_MARK_REMOVE, FAN_OPEN_EXEC_PERM, fd, NULL) == 0;
}

static int look(const struct prevent_order *order, int fd, const struct table *table, struct prevent_file *answer)
{
	const struct blocked_file *file = list_find(order->id);
	struct stat stat;

	if (!file || fd < 0 || fstat(fd, &stat))
		return file ? EBADF : ENOENT;
	blocked_follow(table);
	answer->by_inode = list_find_inode(&stat) != NULL && is_marked(fd);
	answer->by_content = file->bytes != 0 && watched > 0;
	return 0;
}

static int obey(const struct prevent_order *order, int fd, const struct table *table, struct prevent_file *answer)
{
	if (!table->head || content < 0 || order->id == 0 || order->bytes > PREVENT_DIGEST_MAX_BYTES)
		return EINVAL;
	switch ((enum prevent_order_kind)order->kind) {
	case PREVENT_BLOCK: {
		int error = block(order, fd, table);
		const struct blocked_file *file = error ? NULL : list_find(order->id);

		answer->by_inode = file && file->by_inode;
		answer->by_content = file && file->bytes && watched > 0;
		return error;
	}
	case PREVENT_LET:
		return let(order->id, table);
	case PREVENT_LOOK:
		return look(order, fd, table, answer);
	default:
		return EINVAL;
	}
}

struct prevent_file blocked_order(const struct prevent_order *order, int fd, const struct table *table)
{
	struct prevent_file answer = { .message = PREVENT_FILE, .request = order->request };

	answer.error = obey(order, fd, table, &answer);
	answer.watched = watched;
	answer.refused = refused;
	if (fd >= 0)
		close(fd);
	return answer;
}

/* ---- answers ---- */

/* Returns whether somebody was still waiting for it. */
static bool respond(int group, int fd, bool deny)
{
	struct fanotify_response response = { .fd = fd, .response = deny ? FAN_DENY : FAN_ALLOW };
	ssize_t done;

	while ((done = write(group, &response, sizeof(response))) < 0 && errno == EINTR)
		;
	close(fd);
	return done == sizeof(response);
}

static void allow(int group, int fd, enum prevent_counter because)
{
	count(because);
	respond(group, fd, false);
}

#define KTHREADD 2

/* Who may do everything. Nobody else escapes by a path that cannot be read: what is not known of a process protects it only where it is not known which one it is. */
static bool is_exempt(const struct table *table, enum prevent_counter *because)
{
	facts.may_load = true;
	if (!facts_load_act(&facts)) {
		*because = PREVENT_FAILED_OPEN;
		return true;
	}
	*because = PREVENT_EXEMPT;
	return facts.pid == KTHREADD || facts.ppid == KTHREADD || table_is_protected(table, &facts) || table_is_quiet(table, &facts.path);
}

/* The facts are those of the act. */
static void deny(int group, int fd, const struct blocked_file *file)
{
	if (!respond(group, fd, true))
		return;
	count(PREVENT_DENIED);
	count(PREVENT_BLOCKED);
	tell_candidate(&facts, (struct decided){ PREVENT_TOLD, file->id, PREVENT_WAS_BLOCKED, -1 });
}

/* What the judges of one reading go by. */
struct judged_by {
	const struct table *table;
	uint64_t until_ns;
};

static void judge_inode(void *context, int fd, uint64_t mask, int tid)
{
	const struct table *table = ((const struct judged_by *)context)->table;
	enum prevent_counter because = PREVENT_FAILED_OPEN;

	(void)mask;
	count(PREVENT_EVENTS);
	if (facts_of_file(&facts, PREVENT_OPEN, tid, fd)) {
		allow(inodes, fd, because);
		return;
	}
	const struct blocked_file *file = list_find_inode(&facts.file);

	if (!file) {
		fanotify_mark(inodes, FAN_MARK_REMOVE, MASK, fd, NULL);
		allow(inodes, fd, PREVENT_TABLE);
	} else if (is_exempt(table, &because)) {
		allow(inodes, fd, because);
	} else {
		deny(inodes, fd, file);
	}
}

/* ---- content ---- */

static uint32_t slot_of(const struct version *version)
{
	return (uint32_t)((version->inode * 0x9e3779b97f4a7c15ull ^ version->device) >> 32) % KEPT_SLOTS;
}

/* The number of the reading, or READINGS_MAX: there is no room. Who opens what is being read already waits for that. */
static uint32_t read_for(int fd, const struct version *version)
{
	uint32_t free = READINGS_MAX;

	for (uint32_t i = 0; i < READINGS_MAX; i++) {
		if (readings[i].fd >= 0 && is_same(&readings[i].version, version))
			return i;
		if (readings[i].fd < 0)
			free = i;
	}
	int own = free < READINGS_MAX ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;

	if (own < 0)
		return READINGS_MAX;
	if (!digest_ask((struct digest_job){ free, own, version->bytes })) {
		close(own);
		return READINGS_MAX;
	}
	count(PREVENT_DIGESTED);
	readings[free] = (struct reading){ own, *version, is_settled(version) };
	return free;
}

static void wait_for_digest(int fd, int tid, const struct version *version, uint64_t until_ns)
{
	uint32_t at = 0;

	while (at < OPENERS_MAX && openers[at].fd >= 0)
		at++;
	uint32_t reading = at < OPENERS_MAX ? read_for(fd, version) : READINGS_MAX;

	if (reading == READINGS_MAX) {
		allow(content, fd, PREVENT_FAILED_OPEN);
		return;
	}
	openers[at] = (struct opener){ fd, tid, reading, until_ns };
	opener_count++;
}

static void judge_content(void *context, int fd, uint64_t mask, int tid)
{
	const struct judged_by *by = context;
	enum prevent_counter because = PREVENT_FAILED_OPEN;

	(void)mask;
	count(PREVENT_EVENTS);
	if (facts_of_file(&facts, PREVENT_OPEN, tid, fd)) {
		allow(content, fd, because);
		return;
	}
	struct version version = version_of(&facts.file);

	if (!S_ISREG(facts.file.st_mode) || !list_has_size(version.bytes)) {
		remember(fd, &version);
		allow(content, fd, PREVENT_TABLE);
		return;
	}
	if (is_exempt(by->table, &because)) {
		allow(content, fd, because);
		return;
	}
	uint32_t slot = slot_of(&version);

	if (!is_same(&kept[slot].version, &version)) {
		wait_for_digest(fd, tid, &version, by->until_ns);
		return;
	}
	const struct blocked_file *file = list_find_content(version.bytes, kept[slot].sha256);

	if (file) {
		deny(content, fd, file);
	} else {
		remember(fd, &version);
		allow(content, fd, PREVENT_CACHED);
	}
}

/* The process is looked at anew: it may have been killed while it waited. */
static void answer_opener(struct opener *opener, bool is_read, const struct blocked_file *file, const struct table *table)
{
	enum prevent_counter because = PREVENT_FAILED_OPEN;
	int fd = opener->fd;

	opener->fd = -1;
	opener_count--;
	if (!file)
		allow(content, fd, is_read ? PREVENT_TABLE : PREVENT_FAILED_OPEN);
	else if (facts_of_file(&facts, PREVENT_OPEN, opener->tid, fd) || is_exempt(table, &because))
		allow(content, fd, because);
	else
		deny(content, fd, file);
}

static void take_digest(const struct digest_result *result, const struct table *table)
{
	struct reading *reading = &readings[result->number];
	struct version version = reading->version;
	struct stat stat;
	const struct blocked_file *file = result->is_read ? list_find_content(version.bytes, result->sha256) : NULL;

	if (result->is_read && reading->was_settled && !fstat(reading->fd, &stat)) {
		struct version now = version_of(&stat);

		if (is_same(&now, &version)) {
			kept[slot_of(&version)].version = version;
			memcpy(kept[slot_of(&version)].sha256, result->sha256, SHA256_BYTES);
			if (!file)
				remember(reading->fd, &version);
		}
	}
	for (uint32_t i = 0; i < OPENERS_MAX; i++)
		if (openers[i].fd >= 0 && openers[i].reading == result->number)
			answer_opener(&openers[i], result->is_read, file, table);
	close(reading->fd);
	reading->fd = -1;
}

/* ---- from the kernel and the thread ---- */

bool blocked_take(enum blocked_source source, const struct table *table, uint64_t until_ns)
{
	struct judged_by by = { table, until_ns };
	struct digest_result result;

	switch (source) {
	case BLOCKED_INODES:
		marks_read(inodes, judge_inode, &by);
		break;
	case BLOCKED_CONTENT:
		marks_read(content, judge_content, &by);
		break;
	case BLOCKED_DIGESTS:
		while (digest_next(&result))
			take_digest(&result, table);
		break;
	default:
		break;
	}
	return opener_count > 0;
}

/* What is being read goes on, and is known the next time. */
uint64_t blocked_expire(uint64_t now_ns)
{
	uint64_t next = 0;

	for (uint32_t i = 0; opener_count > 0 && i < OPENERS_MAX; i++) {
		struct opener *opener = &openers[i];

		if (opener->fd < 0)
			continue;
		if (opener->until_ns <= now_ns) {
			allow(content, opener->fd, PREVENT_TIMED_OUT);
			opener->fd = -1;
			opener_count--;
		} else if (next == 0 || opener->until_ns < next) {
			next = opener->until_ns;
		}
	}
	return next;
}
