// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "contain.h"

#include "knobs.h"
#include "load-log.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAMS_MAX 8
/* Programs of one hook of one cgroup, ours and others', and those of the cgroups above. */
#define ATTACHED_MAX 64
#define PACKET_SECTION "cgroup_skb/"
#define CREATE_SECTION "cgroup/sock_create"
/* Which not every kernel can load and attach: then the others stand without it. */
#define OPTIONAL_SECTION "lsm_cgroup/"

struct contain {
	struct bpf_object *object;
	struct bpf_link *links[PROGRAMS_MAX];
	size_t link_count;
	bool holds_families;	/* the optional program stands */
	int cgroup;
};

static int fill(struct bpf_object *object, const char *name, const struct contain_list *list)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(object, name);
	size_t key_bytes = map ? bpf_map__key_size(map) : 0;
	uint8_t listed = 1;

	if (!map || list->bytes % key_bytes)
		return map ? -EINVAL : -ENOENT;
	for (size_t at = 0; at < list->bytes; at += key_bytes)
		if (bpf_map_update_elem(bpf_map__fd(map), list->keys + at, &listed, BPF_ANY))
			return -errno;
	return 0;
}

static bool is_of(const struct bpf_program *program, const char *section)
{
	return strncmp(bpf_program__section_name(program), section, strlen(section)) == 0;
}

static bool is_wanted(const struct bpf_program *program, const struct contain_options *options, bool with_optional)
{
	if (is_of(program, OPTIONAL_SECTION))
		return with_optional && options->allow_only && !options->by_socket;
	if (is_of(program, CREATE_SECTION))
		return options->allow_only && !options->by_socket;
	return !options->by_socket || is_of(program, PACKET_SECTION);
}

static int load_once(struct contain *contain, const struct contain_options *options, bool with_optional)
{
	struct bpf_program *program;

	contain->object = bpf_object__open_file(options->object_path, NULL);
	if (!contain->object)
		return -errno;
	if (!knob_set(contain->object, "allow_only", options->allow_only) || !knob_set(contain->object, "by_socket", options->by_socket))
		return -ENOENT;
	bpf_object__for_each_program(program, contain->object)
		bpf_program__set_autoload(program, is_wanted(program, options, with_optional));
	return bpf_object__load(contain->object);
}

static int load(struct contain *contain, const struct contain_options *options)
{
	int error = load_once(contain, options, true);

	if (error) {
		bpf_object__close(contain->object);
		error = load_once(contain, options, false);
	}
	if (!error)
		error = fill(contain->object, "destinations", &options->destinations);
	return error ? error : fill(contain->object, "sockets", &options->sockets);
}

/* The lists are full by now: nobody who may pass is stopped for a moment. */
static int attach(struct contain *contain)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, contain->object) {
		if (!bpf_program__autoload(program))
			continue;
		struct bpf_link *link = contain->link_count < PROGRAMS_MAX ? bpf_program__attach_cgroup(program, contain->cgroup) : NULL;

		if (is_of(program, OPTIONAL_SECTION)) {
			contain->holds_families = link != NULL;
			if (!link)
				continue;
		}
		if (!link)
			return errno ? -errno : -E2BIG;
		contain->links[contain->link_count++] = link;
	}
	return 0;
}

int contain_open(const struct contain_options *options, struct contain **made)
{
	struct contain *contain = calloc(1, sizeof(*contain));
	struct load_log log;

	if (!contain)
		return -ENOMEM;
	load_log_begin(&log);
	contain->cgroup = open(options->cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = contain->cgroup < 0 ? -errno : load(contain, options);

	if (!error)
		error = attach(contain);
	load_log_end();
	if (error)
		contain_close(contain);
	else
		*made = contain;
	return error;
}

void contain_close(struct contain *contain)
{
	for (size_t i = 0; i < contain->link_count; i++)
		bpf_link__destroy(contain->links[i]);
	bpf_object__close(contain->object);
	if (contain->cgroup >= 0)
		close(contain->cgroup);
	free(contain);
}

int contain_change(struct contain *contain, bool add, const struct contain_list *destinations)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(contain->object, "destinations");

	if (add)
		return fill(contain->object, "destinations", destinations);
	if (!map || destinations->bytes % bpf_map__key_size(map))
		return map ? -EINVAL : -ENOENT;
	for (size_t at = 0; at < destinations->bytes; at += bpf_map__key_size(map))
		if (bpf_map_delete_elem(bpf_map__fd(map), destinations->keys + at) && errno != ENOENT)
			return -errno;
	return 0;
}

/* The link says what it is of; the cgroup says who stands there. A cgroup that was removed has let go of its links. */
static bool is_in_force(const struct contain *contain, const struct bpf_link *link)
{
	struct bpf_link_info info = { 0 };
	__u32 length = sizeof(info), ids[ATTACHED_MAX] = { 0 }, count = ATTACHED_MAX, flags = 0;

	if (bpf_obj_get_info_by_fd(bpf_link__fd(link), &info, &length) || info.cgroup.cgroup_id == 0)
		return false;
	/* Programs of the security hooks stand in a list for each of these: the link alone tells. */
	if (info.cgroup.attach_type == BPF_LSM_CGROUP)
		return true;
	if (bpf_prog_query(contain->cgroup, info.cgroup.attach_type, 0, &flags, ids, &count))
		return false;
	for (__u32 i = 0; i < count && i < ATTACHED_MAX; i++)
		if (ids[i] == info.prog_id)
			return true;
	return false;
}

bool contain_is_attached(const struct contain *contain)
{
	for (size_t i = 0; i < contain->link_count; i++)
		if (!is_in_force(contain, contain->links[i]))
			return false;
	return contain->link_count > 0;
}

bool contain_holds_families(const struct contain *contain)
{
	return contain->holds_families;
}

void contain_counters(const struct contain *contain, uint64_t *counters)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(contain->object, "counters");

	for (uint32_t i = 0; i < CONTAIN_COUNTERS; i++)
		if (!map || bpf_map_lookup_elem(bpf_map__fd(map), &i, &counters[i]))
			counters[i] = 0;
}
