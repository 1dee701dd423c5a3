// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "calls.h"

#include "preemption.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CALL_TRACEPOINT "tracepoint/syscalls/sys_exit_"
#define CALL_FUNCTION "__x64_sys_"
#define COMPAT_TRACEPOINT "tp_btf/sys_exit"
#define COMPAT_FUNCTION "ia32_sys_call"
#define REFUSING_FUNCTION "__secure_computing"
#define AT_END "fexit/"
#define NAME_MAX_BYTES 128

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* ---- which way ---- */

static bool has_function(const struct btf *kernel, const char *name)
{
	return btf__find_by_name_kind(kernel, name, BTF_KIND_FUNC) > 0;
}

/* 0, or -errno of what the kernel refused. The program does nothing. */
static int try_function(const struct btf *kernel, const char *name)
{
	/* r0 = 0; exit */
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FEXIT);
	int id = btf__find_by_name_kind(kernel, name, BTF_KIND_FUNC);

	if (id < 0)
		return id;
	options.attach_btf_id = (__u32)id;
	int fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "try_fexit", "GPL", program, sizeof(program) / sizeof(*program), &options);

	if (fd < 0)
		return fd;
	int link = bpf_raw_tracepoint_open(NULL, fd), error = link < 0 ? -errno : 0;

	if (link >= 0)
		close(link);
	close(fd);
	return error;
}

/* They all go through one function since 6.9 (and 6.6.26, 6.1.85, 5.15.154); no program can hang on it since 6.15. */
static bool has_compat_calls(const struct btf *kernel)
{
	return has_function(kernel, "__ia32_sys_mount") || has_function(kernel, "__ia32_compat_sys_execve");
}

/* Whether each call that has a tracepoint has a function, too. One tracepoint would cost every call: then all may be tracepoints. */
static const char *call_without_function(const struct bpf_object *object, const struct btf *kernel)
{
	struct bpf_program *program;
	char function[NAME_MAX_BYTES];

	bpf_object__for_each_program(program, object) {
		const char *section = bpf_program__section_name(program);
		char path[NAME_MAX_BYTES + 64];

		if (!begins(section, CALL_TRACEPOINT))
			continue;
		snprintf(function, sizeof(function), CALL_FUNCTION "%s", section + strlen(CALL_TRACEPOINT));
		snprintf(path, sizeof(path), "/sys/kernel/tracing/events/syscalls/sys_exit_%s", section + strlen(CALL_TRACEPOINT));
		if (!has_function(kernel, function) && access(path, F_OK) == 0)
			return section;
	}
	return NULL;
}

static enum calls_by judge(const struct bpf_object *object, const struct btf *kernel, bool compat, char *reason, size_t reason_size)
{
	const char *tried = compat && has_compat_calls(kernel) ? COMPAT_FUNCTION : REFUSING_FUNCTION, *without;
	int error;

	if (!has_function(kernel, tried))
		snprintf(reason, reason_size, "this kernel's BTF has no function %s", tried);
	else if ((error = try_function(kernel, tried)))
		snprintf(reason, reason_size, "this kernel takes no fexit program on %s: %s", tried, strerror(-error));
	else if (preemption_possible(reason, reason_size))
		return CALLS_BY_TRACEPOINT;
	else if ((without = call_without_function(object, kernel)))
		snprintf(reason, reason_size, "this kernel's BTF has no function for %s", without);
	else
		return CALLS_BY_FUNCTION;
	return CALLS_BY_TRACEPOINT;
}

enum calls_by calls_choose(const struct bpf_object *object, bool compat, char *reason, size_t reason_size)
{
#ifdef __x86_64__
	struct btf *kernel = btf__load_vmlinux_btf();
	enum calls_by by = CALLS_BY_TRACEPOINT;

	if (kernel)
		by = judge(object, kernel, compat, reason, reason_size);
	btf__free(kernel);
	return by;
#else
	(void)object, (void)compat;
	snprintf(reason, reason_size, "only known on x86-64");
	return CALLS_BY_TRACEPOINT;
#endif
}

/* ---- where a program hangs ---- */

/* Programs for functions alone: nobody needs them beside tracepoints. */
static bool is_refusal(const char *section)
{
	return strcmp(section, AT_END REFUSING_FUNCTION) == 0;
}

bool calls_section(enum calls_by by, const char *object_section, char *section, size_t size)
{
	const char *call = begins(object_section, CALL_TRACEPOINT) ? object_section + strlen(CALL_TRACEPOINT) : NULL;

	snprintf(section, size, "%s", object_section);
	switch (by) {
	case CALLS_BY_TRACEPOINT:
		return !begins(object_section, AT_END);
	case CALLS_BY_FUNCTION:
		if (call)
			snprintf(section, size, AT_END CALL_FUNCTION "%s", call);
		else if (strcmp(object_section, COMPAT_TRACEPOINT) == 0)
			snprintf(section, size, AT_END COMPAT_FUNCTION);
		return !is_refusal(object_section);
	case CALLS_REFUSED:
		if (call)
			snprintf(section, size, AT_END REFUSING_FUNCTION);
		return call || is_refusal(object_section);
	}
	return false;
}

int calls_aim(struct bpf_program *program, const char *section)
{
	int error;

	if (!begins(section, AT_END) || strcmp(section, bpf_program__section_name(program)) == 0)
		return 0;
	error = bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);
	if (!error)
		error = bpf_program__set_expected_attach_type(program, BPF_TRACE_FEXIT);
	return error ? error : bpf_program__set_attach_target(program, 0, section + strlen(AT_END));
}
