// SPDX-License-Identifier: Apache-2.0
#include "hooks.h"

#include <bpf/btf.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

static const char *const TRACEFS[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };

static bool has_events(const char *root)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/events/syscalls", root);
	return access(path, F_OK) == 0;
}

static bool is_mounted(const char *path, long magic)
{
	struct statfs found;

	return statfs(path, &found) == 0 && (long)found.f_type == magic;
}

void hooks_mount(void)
{
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	if (!has_events(TRACEFS[0]) && !has_events(TRACEFS[1]))
		mount("tracefs", TRACEFS[0], "tracefs", flags, NULL);
	if (!is_mounted("/sys/fs/bpf", BPF_FS_MAGIC))
		mount("bpf", "/sys/fs/bpf", "bpf", flags, "mode=700");
}

static bool tracepoint_exists(const char *name, char *reason, size_t reason_size)
{
	char path[256];

	for (size_t i = 0; i < sizeof(TRACEFS) / sizeof(*TRACEFS); i++) {
		snprintf(path, sizeof(path), "%s/events/%s/id", TRACEFS[i], name);
		if (access(path, F_OK) == 0)
			return true;
	}
	if (has_events(TRACEFS[0]) || has_events(TRACEFS[1]))
		snprintf(reason, reason_size, "this kernel has no tracepoint %s", name);
	else
		snprintf(reason, reason_size, "%s is not mounted or cannot be read", TRACEFS[0]);
	return false;
}

static bool type_exists(const struct btf *kernel, const char *prefix, const char *name, __u32 kind, char *reason, size_t reason_size)
{
	char type[128];

	snprintf(type, sizeof(type), "%s%s", prefix, name);
	if (btf__find_by_name_kind(kernel, type, kind) > 0)
		return true;
	snprintf(reason, reason_size, "this kernel's BTF has no %s", type);
	return false;
}

bool hook_exists(const struct btf *kernel, const char *section, char *reason, size_t reason_size)
{
	static const struct {
		const char *prefix;
		const char *type;	/* prefix of the BTF type, NULL for a tracefs event */
		__u32 kind;
	} FORMS[] = {
		{ "tracepoint/", NULL, 0 },
		{ "tp/", NULL, 0 },
		{ "tp_btf/", "btf_trace_", BTF_KIND_TYPEDEF },
		{ "raw_tp/", "btf_trace_", BTF_KIND_TYPEDEF },
		{ "iter/", "bpf_iter_", BTF_KIND_FUNC },
		{ "fentry/", "", BTF_KIND_FUNC },
		{ "fexit/", "", BTF_KIND_FUNC },
		{ "lsm/", "bpf_lsm_", BTF_KIND_FUNC },
	};

	for (size_t i = 0; i < sizeof(FORMS) / sizeof(*FORMS); i++) {
		size_t length = strlen(FORMS[i].prefix);

		if (strncmp(section, FORMS[i].prefix, length) != 0)
			continue;
		if (!FORMS[i].type)
			return tracepoint_exists(section + length, reason, reason_size);
		return type_exists(kernel, FORMS[i].type, section + length, FORMS[i].kind, reason, reason_size);
	}
	return true;
}
