// SPDX-License-Identifier: Apache-2.0
#include "blocked-list.h"

#include <string.h>

/* Those in use stand in front. */
static struct blocked_file files[PREVENT_BLOCKED_MAX];
static uint32_t count;

static struct blocked_file *find(uint32_t id)
{
	for (uint32_t i = 0; i < count; i++)
		if (files[i].id == id)
			return &files[i];
	return NULL;
}

const struct blocked_file *list_find(uint32_t id)
{
	return find(id);
}

bool list_put(const struct blocked_file *file)
{
	struct blocked_file *place = find(file->id);

	if (!place && count < PREVENT_BLOCKED_MAX)
		place = &files[count++];
	if (place)
		*place = *file;
	return place != NULL;
}

bool list_remove(uint32_t id)
{
	struct blocked_file *place = find(id);

	if (place)
		*place = files[--count];
	return place != NULL;
}

bool list_is_empty(void)
{
	return count == 0;
}

bool list_has_content(void)
{
	for (uint32_t i = 0; i < count; i++)
		if (files[i].bytes)
			return true;
	return false;
}

bool list_has_size(uint64_t bytes)
{
	for (uint32_t i = 0; i < count; i++)
		if (files[i].bytes && files[i].bytes == bytes)
			return true;
	return false;
}

const struct blocked_file *list_find_inode(const struct stat *stat)
{
	for (uint32_t i = 0; i < count; i++)
		if (files[i].by_inode && files[i].inode == stat->st_ino && files[i].device == stat->st_dev)
			return &files[i];
	return NULL;
}

const struct blocked_file *list_find_content(uint64_t bytes, const uint8_t *sha256)
{
	for (uint32_t i = 0; i < count; i++)
		if (files[i].bytes && files[i].bytes == bytes && memcmp(files[i].sha256, sha256, sizeof(files[i].sha256)) == 0)
			return &files[i];
	return NULL;
}
