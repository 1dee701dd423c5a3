// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "preemption.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Of include/uapi/linux/mount.h, which cannot stand beside <sys/mount.h> in every C library. */
#define FSCONFIG_CMD_CREATE 6
#define MODEL_FILE "sched/preempt"

/* The debug file system, mounted nowhere: for us alone, until it is closed. */
static int open_debugfs(void)
{
	int context = (int)syscall(SYS_fsopen, "debugfs", 1 /* FSOPEN_CLOEXEC */), folder = -1;

	if (context < 0)
		return -1;
	if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		folder = (int)syscall(SYS_fsmount, context, 1 /* FSMOUNT_CLOEXEC */, 0);
	close(context);
	return folder;
}

/* Such as "none (voluntary) full"; false where it cannot be read. */
static bool read_model(char *text, size_t size)
{
	int folder = open_debugfs(), file = openat(folder, MODEL_FILE, O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? -1 : read(file, text, size - 1);

	if (file >= 0)
		close(file);
	if (folder >= 0)
		close(folder);
	if (length <= 0)
		return false;
	text[length] = 0;
	return true;
}

bool preemption_possible(char *reason, size_t reason_size)
{
	struct utsname system;
	char model[128];

	if (uname(&system))
		return true;
	if (!strstr(system.version, "PREEMPT"))
		return false;
	if (!strstr(system.version, "PREEMPT_DYNAMIC")) {
		snprintf(reason, reason_size, "this kernel preempts programs (PREEMPT)");
		return true;
	}
	if (!read_model(model, sizeof(model))) {
		snprintf(reason, reason_size, "cannot tell whether this kernel preempts programs: no %s in debugfs", MODEL_FILE);
		return true;
	}
	if (strstr(model, "(none)") || strstr(model, "(voluntary)"))
		return false;
	snprintf(reason, reason_size, "this kernel preempts programs: %.*s", (int)strcspn(model, "\n"), model);
	return true;
}
