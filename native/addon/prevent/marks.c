// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "marks.h"
#include "mounts.h"
#include "tell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef FAN_MARK_EVICTABLE
#define FAN_MARK_EVICTABLE 0x00000200
#endif
#ifndef FAN_REPORT_TID
#define FAN_REPORT_TID 0x00000100
#endif
#ifndef FAN_REPORT_FD_ERROR
#define FAN_REPORT_FD_ERROR 0x00002000
#endif

#define EVENTS_BYTES 4096
#define MARKED_MAX 1024
#define SEEN_SLOTS 8192u
#define REMEMBERED_MAX 16384u
#define REMEMBER_NS 1000000000ull

static int group = -1, changes = -1;

/*
 * Without a limit of the queue: who waits stands in it once, so that processes are its bound, and beyond a limit the kernel would allow without a word. O_NONBLOCK: with each question
 * the kernel opens the file for us, which waits for the owner of a lease on it (45 s), and all others with it. So it says no to whoever
 * opened that file, and the lease is being given up; FAN_REPORT_FD_ERROR (Linux 6.13) tells us so.
 */
int marks_group(void)
{
	unsigned int flags = FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK | FAN_REPORT_TID | FAN_UNLIMITED_MARKS | FAN_UNLIMITED_QUEUE;
	unsigned int files = O_RDONLY | O_LARGEFILE | O_CLOEXEC | O_NONBLOCK;
	int made = fanotify_init(flags | FAN_REPORT_FD_ERROR, files);

	if (made < 0 && errno == EINVAL)
		made = fanotify_init(flags, files);
	return made < 0 ? -errno : made;
}

void marks_read(int from, take_event_of *take, void *context)
{
	static char events[EVENTS_BYTES] __attribute__((aligned(8)));
	ssize_t bytes = read(from, events, sizeof(events));
	const struct fanotify_event_metadata *event = (const void *)events;

	for (; bytes > 0 && FAN_EVENT_OK(event, bytes); event = FAN_EVENT_NEXT(event, bytes)) {
		if (event->fd == -EAGAIN)
			count(PREVENT_LEASED);
		if (event->fd >= 0)
			take(context, event->fd, event->mask, event->pid);
	}
}

int marks_begin(void)
{
	group = marks_group();
	if (group < 0)
		return group;
	changes = mounts_begin();
	return group;
}

int marks_changes(void)
{
	return changes;
}

/* ---- mounts ---- */

struct marked {
	uint64_t device, mask;
	char point[POINT_MAX];
};

static struct marked marked[MARKED_MAX], before[MARKED_MAX];
static size_t marked_count, before_count;

static uint64_t mask_for(const struct table *table, const struct mount *mount)
{
	struct mount_facts facts = { mount->point, mount->type, mounts_has_deeper };
	uint64_t mask = 0;

	if (table_wants_mount(table, PREVENT_EXEC, &facts))
		mask |= FAN_OPEN_EXEC_PERM;
	if (table_wants_mount(table, PREVENT_OPEN, &facts))
		mask |= FAN_OPEN_PERM;
	return mask;
}

static struct marked *find(struct marked *list, size_t count, uint64_t device)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].device == device)
			return &list[i];
	return NULL;
}

/* A file system may be mounted at several places, and one that is new may have the number of one that is gone: it is marked each time. Returns 0 or errno. */
static int mark(const char *point, uint64_t mask, uint64_t *device)
{
	struct stat root;

	if (stat(point, &root))
		return errno;
	*device = root.st_dev;
	struct marked *known = find(marked, marked_count, root.st_dev);

	if (!known && marked_count == MARKED_MAX)
		return ENOSPC;
	if (fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, mask, AT_FDCWD, point))
		return errno;
	if (!known) {
		known = &marked[marked_count++];
		known->device = root.st_dev;
		known->mask = 0;
		snprintf(known->point, sizeof(known->point), "%s", point);
	}
	known->mask |= mask;
	return 0;
}

/* What the table before wanted and this one does not. */
static void unmark_others(void)
{
	for (size_t i = 0; i < before_count; i++) {
		const struct marked *now = find(marked, marked_count, before[i].device);
		uint64_t gone = before[i].mask & ~(now ? now->mask : 0);

		if (gone)
			fanotify_mark(group, FAN_MARK_REMOVE | FAN_MARK_FILESYSTEM, gone, AT_FDCWD, before[i].point);
	}
}

/* What serves files and is never marked: who names a path on one of them has to hear that nothing is enforced there. */
static const char *const REMOTE[] = { "nfs", "cifs", "smb", "fuse", "9p", "ceph", "virtiofs", "lustre", "gluster", "afs", "gfs", "ocfs", "beegfs", "gpfs", "autofs" };

#define REFUSED_MAX 256

static bool is_remote(const char *type)
{
	for (size_t i = 0; i < sizeof(REMOTE) / sizeof(*REMOTE); i++)
		if (strncmp(type, REMOTE[i], strlen(REMOTE[i])) == 0)
			return true;
	return false;
}

static uint64_t hash_of(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325ull;

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 0x100000001b3ull;
	return hash;
}

static bool has(const uint64_t *hashes, size_t count, uint64_t hash)
{
	while (count > 0)
		if (hashes[--count] == hash)
			return true;
	return false;
}

/* Told are those mount points that were none of them the time before. */
static uint32_t refuse_remote(const struct table *table, bool all, told_mount *told)
{
	static uint64_t hashes[2][REFUSED_MAX];
	static size_t known_count;
	static int known;
	uint64_t *now = hashes[1 - known];
	size_t now_count = 0;
	uint32_t refused = 0;

	for (size_t i = 0; i < mounts_count(); i++) {
		if (!is_remote(mounts_at(i)->type) || !mask_for(table, mounts_at(i)))
			continue;
		refused++;
		if (now_count == REFUSED_MAX)
			continue;
		now[now_count] = hash_of(mounts_at(i)->point);
		if (all || !has(hashes[known], known_count, now[now_count]))
			told(mounts_at(i)->point, EOPNOTSUPP);
		now_count++;
	}
	known = 1 - known;
	known_count = now_count;
	return refused;
}

static bool was_marked(const char *point, uint64_t device)
{
	const struct marked *one = find(before, before_count, device);

	return one && strcmp(one->point, point) == 0;
}

uint32_t marks_follow(const struct table *table, bool all, uint32_t *refused, told_mount *told)
{
	static bool was_cut;
	bool is_cut;

	*refused = 0;
	if (mounts_read(&is_cut))
		return (uint32_t)marked_count;
	if (is_cut && (all || !was_cut))
		told("/proc/self/mountinfo", ENOSPC);
	was_cut = is_cut;
	*refused += is_cut + refuse_remote(table, all, told);
	memcpy(before, marked, marked_count * sizeof(*marked));
	before_count = marked_count;
	marked_count = 0;
	for (size_t i = 0; i < mounts_count(); i++) {
		uint64_t mask = mounts_is_reachable(i) ? mask_for(table, mounts_at(i)) : 0, device = 0;
		size_t had = marked_count;
		int error = mask ? mark(mounts_at(i)->point, mask, &device) : 0;

		*refused += error != 0;
		if (error || (marked_count > had && (all || !was_marked(mounts_at(i)->point, device))))
			told(mounts_at(i)->point, error);
	}
	unmark_others();
	return (uint32_t)marked_count;
}

uint32_t marks_everywhere(int of, uint64_t mask, const struct table *table, uint32_t *refused)
{
	static uint64_t devices[MOUNTS_MAX];
	uint32_t count = 0;

	bool is_cut;

	*refused = 0;
	if (mounts_read(&is_cut))
		return 0;
	*refused += is_cut;
	for (size_t i = 0; i < mounts_count(); i++) {
		struct stat root;
		uint32_t at = 0;

		if (!table_names_mount(table, mounts_at(i)->point))
			continue;
		*refused += is_remote(mounts_at(i)->type);
		if (!mounts_is_reachable(i))
			continue;
		if (stat(mounts_at(i)->point, &root) || fanotify_mark(of, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, mask, AT_FDCWD, mounts_at(i)->point)) {
			++*refused;
			continue;
		}
		while (at < count && devices[at] != root.st_dev)
			at++;
		devices[at] = root.st_dev;
		count += at == count;
	}
	return count;
}

/* The same as TYPES, by the numbers of <linux/magic.h> and of the file systems' own sources. */
bool marks_is_local(int fd)
{
	static const uint32_t MAGIC[] = {
		0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0xf2f52010, 0x2fc12fc1, 0xca451a4e, 0x4d44, 0x2011bab0, 0x7366746e,
		0x73717368, 0xe0f5e1e2, 0x9660, 0x858458f6, 0x3153464a,
	};
	struct statfs system;

	if (fstatfs(fd, &system))
		return false;
	for (size_t i = 0; i < sizeof(MAGIC) / sizeof(*MAGIC); i++)
		if ((uint32_t)system.f_type == MAGIC[i])
			return true;
	return false;
}

/* ---- files that are allowed to everybody ---- */

bool marks_ignore(int of, uint64_t mask, int fd)
{
	return !fanotify_mark(of, FAN_MARK_ADD | FAN_MARK_IGNORED_MASK | FAN_MARK_EVICTABLE, mask, fd, NULL) ||
	       !fanotify_mark(of, FAN_MARK_ADD | FAN_MARK_IGNORED_MASK, mask, fd, NULL);
}

static struct {
	uint64_t device, inode;
} seen[SEEN_SLOTS];
static uint32_t remembered;
static uint64_t since_ns;

bool marks_remember(int fd, const struct facts *facts)
{
	uint64_t key = facts->file.st_ino * 0x9e3779b97f4a7c15ull ^ facts->file.st_dev;
	uint32_t slot = (uint32_t)(key >> 40) % SEEN_SLOTS;
	uint64_t mask = facts->kind == PREVENT_EXEC ? FAN_OPEN_EXEC_PERM : FAN_OPEN_PERM;

	if (seen[slot].inode != facts->file.st_ino || seen[slot].device != facts->file.st_dev) {
		seen[slot].inode = facts->file.st_ino;
		seen[slot].device = facts->file.st_dev;
		return false;
	}
	if (remembered >= REMEMBERED_MAX)
		return false;
	if (!marks_ignore(group, mask, fd))
		return false;
	remembered++;
	return true;
}

void marks_forget(uint64_t now_ns)
{
	if (remembered > 0 && now_ns - since_ns < REMEMBER_NS)
		return;
	if (remembered > 0)
		fanotify_mark(group, FAN_MARK_FLUSH, 0, AT_FDCWD, "/");
	remembered = 0;
	since_ns = now_ns;
}
