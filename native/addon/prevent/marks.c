// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "marks.h"
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
#define MOUNTS_MAX 1024
#define POINT_MAX 512
#define MOUNTINFO_BYTES (1u << 20)
#define SEEN_SLOTS 8192u
#define REMEMBERED_MAX 16384u
#define REMEMBER_NS 1000000000ull

static int group = -1;
static int mountinfo = -1;

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
	mountinfo = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	return group;
}

int marks_changes(void)
{
	return mountinfo;
}

/* ---- mounts ---- */

struct mount {
	char *point, *type;
};

static char text[MOUNTINFO_BYTES];
static struct mount mounts[MOUNTS_MAX];
static size_t mount_count;

struct marked {
	uint64_t device, mask;
	char point[POINT_MAX];
};

static struct marked marked[MOUNTS_MAX], before[MOUNTS_MAX];
static size_t marked_count, before_count;

/* Blanks and the like stand as \040. */
static void unescape(char *path)
{
	char *to = path;

	for (char *from = path; *from; to++) {
		if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] && from[3]) {
			*to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = 0;
}

/* "36 35 98:0 /root /point options - type source…" */
static bool parse_mount(char *line, struct mount *mount)
{
	char *at = line, *behind = strstr(line, " - ");

	for (int field = 0; field < 4 && at; field++)
		at = (at = strchr(at, ' ')) ? at + 1 : NULL;
	if (!at || !behind || behind < at)
		return false;
	mount->point = at;
	at = strchr(at, ' ');
	if (!at)
		return false;
	*at = 0;
	mount->type = behind + 3;
	at = strchr(mount->type, ' ');
	if (at)
		*at = 0;
	unescape(mount->point);
	return mount->point[0] == '/' && strlen(mount->point) < POINT_MAX;
}

static int read_mounts(void)
{
	size_t length = 0;
	ssize_t more = 0;

	mount_count = 0;
	if (mountinfo < 0 || lseek(mountinfo, 0, SEEK_SET) < 0)
		return -EBADF;
	while (length < sizeof(text) - 1 && (more = read(mountinfo, text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)more;
	if (more < 0)
		return -errno;
	text[length] = 0;
	for (char *line = text, *end; *line && mount_count < MOUNTS_MAX; line = end) {
		end = strchr(line, '\n');
		end = end ? (*end = 0, end + 1) : line + strlen(line);
		if (parse_mount(line, &mounts[mount_count]))
			mount_count++;
	}
	return 0;
}

static bool is_below(const char *path, const char *point)
{
	size_t length = strlen(point);

	return length == 1 || (strncmp(path, point, length) == 0 && (path[length] == '/' || path[length] == 0));
}

static bool has_deeper(const char *point, const char *path)
{
	for (size_t i = 0; i < mount_count; i++)
		if (strlen(mounts[i].point) > strlen(point) && is_below(mounts[i].point, point) && is_below(path, mounts[i].point))
			return true;
	return false;
}

/*
 * What is local and holds files. Never what the kernel or a device makes up (proc, sysfs, cgroup, devtmpfs), and never what another machine or a
 * process serves (nfs, fuse, 9p…): to look at such a mount can take for ever, and whoever waits for us would wait as long.
 */
static const char *const TYPES[] = {
	"ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "overlay", "f2fs", "zfs", "bcachefs", "vfat", "exfat", "ntfs3", "squashfs", "erofs", "iso9660", "ramfs", "rootfs", "jfs",
};

static bool is_local(const char *type)
{
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(*TYPES); i++)
		if (strcmp(type, TYPES[i]) == 0)
			return true;
	return false;
}

/* Whether the path of the mount point leads there, and over nothing that could keep us waiting. */
static bool is_reachable(size_t at)
{
	const char *point = mounts[at].point;

	if (!is_local(mounts[at].type))
		return false;
	for (size_t i = 0; i < mount_count; i++) {
		if (i == at || !is_below(point, mounts[i].point))
			continue;
		if (i > at || (!is_local(mounts[i].type) && strcmp(mounts[i].type, "devtmpfs") != 0))
			return false;
	}
	return true;
}

static uint64_t mask_for(const struct table *table, const struct mount *mount)
{
	struct mount_facts facts = { mount->point, mount->type, has_deeper };
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

	if (!known && marked_count == MOUNTS_MAX)
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

/* Told once for each mount point. */
static uint32_t refuse_remote(const struct table *table, told_mount *told)
{
	static uint64_t before[REFUSED_MAX];
	static size_t before_count;
	uint32_t refused = 0;

	for (size_t i = 0; i < mount_count; i++) {
		uint64_t hash = 0xcbf29ce484222325ull;
		bool is_known = false;

		if (!is_remote(mounts[i].type) || !mask_for(table, &mounts[i]))
			continue;
		refused++;
		for (const char *at = mounts[i].point; *at; at++)
			hash = (hash ^ (uint8_t)*at) * 0x100000001b3ull;
		for (size_t one = 0; one < before_count; one++)
			is_known |= before[one] == hash;
		if (is_known || before_count == REFUSED_MAX)
			continue;
		before[before_count++] = hash;
		told(mounts[i].point, EOPNOTSUPP);
	}
	return refused;
}

uint32_t marks_follow(const struct table *table, uint32_t *refused, told_mount *told)
{
	*refused = 0;
	if (read_mounts())
		return (uint32_t)marked_count;
	*refused += refuse_remote(table, told);
	memcpy(before, marked, marked_count * sizeof(*marked));
	before_count = marked_count;
	marked_count = 0;
	for (size_t i = 0; i < mount_count; i++) {
		uint64_t mask = is_reachable(i) ? mask_for(table, &mounts[i]) : 0, device = 0;
		size_t had = marked_count;
		int error = mask ? mark(mounts[i].point, mask, &device) : 0;

		*refused += error != 0;
		if (error || (marked_count > had && !find(before, before_count, device)))
			told(mounts[i].point, error);
	}
	unmark_others();
	return (uint32_t)marked_count;
}

uint32_t marks_everywhere(int of, uint64_t mask, const struct table *table, uint32_t *refused)
{
	static uint64_t devices[MOUNTS_MAX];
	uint32_t count = 0;

	*refused = 0;
	if (read_mounts())
		return 0;
	for (size_t i = 0; i < mount_count; i++) {
		struct stat root;
		uint32_t at = 0;

		if (!table_names_mount(table, mounts[i].point))
			continue;
		*refused += is_remote(mounts[i].type);
		if (!is_reachable(i))
			continue;
		if (stat(mounts[i].point, &root) || fanotify_mark(of, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, mask, AT_FDCWD, mounts[i].point)) {
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
