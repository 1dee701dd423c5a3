// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Points and types of all mounts, one behind the other. */
#define TEXT_BYTES (1u << 20)
/* Of a line; the options of an overlay make it long. */
#define LINE_BYTES (1u << 16)
#define PLACES (2 * MOUNTS_MAX)
#define NONE UINT32_MAX

/* A point, at which several may be mounted: the last of them, and the first that could keep us waiting (NONE: there is none). */
struct place {
	const char *point; /* NULL: free */
	uint32_t length, last, foreign;
};

static char text[TEXT_BYTES], line[LINE_BYTES];
static size_t used, count;
static struct mount mounts[MOUNTS_MAX];
static struct place places[PLACES];
static int mountinfo = -1;

int mounts_begin(void)
{
	mountinfo = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	return mountinfo < 0 ? -errno : mountinfo;
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

/* ---- places: each question goes once along a path, however many mounts there are ---- */

static struct place *place_of(const char *point, uint32_t length)
{
	uint64_t hash = 0xcbf29ce484222325ull;

	for (uint32_t i = 0; i < length; i++)
		hash = (hash ^ (uint8_t)point[i]) * 0x100000001b3ull;
	/* There are twice as many as mounts: one is free. */
	for (uint32_t at = (uint32_t)(hash >> 20) % PLACES;; at = (at + 1) % PLACES)
		if (!places[at].point || (places[at].length == length && memcmp(places[at].point, point, length) == 0))
			return &places[at];
}

static void note_place(uint32_t at)
{
	uint32_t length = (uint32_t)strlen(mounts[at].point);
	struct place *place = place_of(mounts[at].point, length);
	bool waits = !is_local(mounts[at].type) && strcmp(mounts[at].type, "devtmpfs") != 0;

	if (!place->point)
		*place = (struct place){ mounts[at].point, length, at, NONE };
	place->last = at;
	if (waits && place->foreign == NONE)
		place->foreign = at;
}

/* The length of the next folder on the way to the path: 1 for "/", then each up to a slash, at last the whole; 0: there is none. */
static uint32_t next_on_way(const char *path, uint32_t length)
{
	if (length == 0)
		return 1;
	const char *from = path + (length == 1 ? 1 : length + (path[length] == '/'));

	return *from ? (uint32_t)(strchrnul(from, '/') - path) : 0;
}

bool mounts_is_reachable(size_t at)
{
	const char *point = mounts[at].point;

	if (!is_local(mounts[at].type))
		return false;
	for (uint32_t length = next_on_way(point, 0); length; length = next_on_way(point, length)) {
		const struct place *place = place_of(point, length);

		if (place->point && (place->last > at || place->foreign < at))
			return false;
	}
	return true;
}

bool mounts_has_deeper(const char *point, const char *path)
{
	size_t above = strlen(point);

	for (uint32_t length = next_on_way(path, 0); length; length = next_on_way(path, length))
		if (length > above && place_of(path, length)->point)
			return true;
	return false;
}

/* ---- reading ---- */

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

static const char *keep(const char *word)
{
	size_t bytes = strlen(word) + 1;

	if (bytes > sizeof(text) - used)
		return NULL;
	used += bytes;
	return memcpy(text + used - bytes, word, bytes);
}

/* "36 35 98:0 /root /point options - type source…". Returns false where there is no room for it. */
static bool take_line(char *of)
{
	char *at = of, *behind = strstr(of, " - ");

	for (int field = 0; field < 4 && at; field++)
		at = (at = strchr(at, ' ')) ? at + 1 : NULL;
	char *end = at ? strchr(at, ' ') : NULL;

	if (!end || !behind || behind < at)
		return true;
	*end = 0;
	behind[3 + strcspn(behind + 3, " ")] = 0;
	unescape(at);
	if (at[0] != '/' || strlen(at) >= POINT_MAX)
		return true;
	const char *point = keep(at), *type = keep(behind + 3);

	if (!point || !type || count == MOUNTS_MAX)
		return false;
	mounts[count] = (struct mount){ point, type };
	note_place((uint32_t)count++);
	return true;
}

int mounts_read(bool *is_cut)
{
	size_t length = 0;
	ssize_t more;

	*is_cut = false;
	used = count = 0;
	memset(places, 0, sizeof(places));
	if (mountinfo < 0 || lseek(mountinfo, 0, SEEK_SET) < 0)
		return -EBADF;
	while ((more = read(mountinfo, line + length, sizeof(line) - 1 - length)) > 0) {
		char *from = line, *end;

		length += (size_t)more;
		line[length] = 0;
		for (; (end = strchr(from, '\n')); from = end + 1) {
			*end = 0;
			*is_cut |= !take_line(from);
		}
		length -= (size_t)(from - line);
		memmove(line, from, length);
	}
	/* A line that is longer than there is room for ends the reading. */
	*is_cut |= length > 0;
	return more < 0 ? -errno : 0;
}

size_t mounts_count(void)
{
	return count;
}

const struct mount *mounts_at(size_t at)
{
	return &mounts[at];
}
