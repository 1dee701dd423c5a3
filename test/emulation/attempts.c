// SPDX-License-Identifier: Apache-2.0
/*
 * Tries what may be denied: `attempts ACT ARGUMENT`. The exit code is the errno of the call that was tried, 0 when it succeeded. A program that was run
 * in its place has its own.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int attempt_exec(const char *path)
{
	char *arguments[] = { (char *)path, NULL };

	return execv(path, arguments);
}

static int attempt_open(const char *path)
{
	return open(path, O_RDONLY);
}

static int attempt_connect(const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(atoi(port)), .sin_addr = { htonl(INADDR_LOOPBACK) } };

	return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&to, sizeof(to));
}

/* A datagram socket that is given a peer sends nothing. */
static int attempt_reach(const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(53) };

	inet_pton(AF_INET, address, &to.sin_addr);
	return connect(socket(AF_INET, SOCK_DGRAM, 0), (struct sockaddr *)&to, sizeof(to));
}

/* By a relative name: known by the one that it is bound to. */
static int attempt_unix(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX }, to = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) || listen(listener, 1))
		exit(200);
	snprintf(to.sun_path, sizeof(to.sun_path), "../..%s", path);
	if (chdir("/usr/bin"))
		exit(200);
	return connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&to, sizeof(to));
}

static int attempt_mount(const char *place)
{
	return mount("none", place, "tmpfs", 0, NULL);
}

static int attempt_attach(const char *unused)
{
	pid_t child = fork();

	(void)unused;
	if (child == 0)
		for (;;)
			pause();
	int result = ptrace(PTRACE_ATTACH, child, NULL, NULL), error = errno;

	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	errno = error;
	return result;
}

static int attempt_traced(const char *unused)
{
	(void)unused;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

/* Both instructions of the shortest program: r0 = 0; exit. */
static int attempt_program(const char *name)
{
	struct bpf_insn code[] = { { .code = BPF_ALU64 | BPF_MOV | BPF_K }, { .code = BPF_JMP | BPF_EXIT } };
	union bpf_attr attributes = { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insn_cnt = 2, .insns = (unsigned long)code, .license = (unsigned long)"GPL" };

	snprintf(attributes.prog_name, sizeof(attributes.prog_name), "%s", name);
	return syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof(attributes));
}

static int attempt_map(const char *unused)
{
	union bpf_attr attributes = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1 };

	(void)unused;
	return syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof(attributes));
}

static int attempt_module(const char *path)
{
	return syscall(SYS_finit_module, open(path, O_RDONLY | O_CLOEXEC), "", 0);
}

static int attempt_setuid(const char *user)
{
	return setuid(atoi(user));
}

int main(int count, char **arguments)
{
	static const struct {
		const char *name;
		int (*call)(const char *);
	} ACTS[] = {
		{ "exec", attempt_exec }, { "open", attempt_open }, { "connect", attempt_connect }, { "reach", attempt_reach },
		{ "unix", attempt_unix }, { "mount", attempt_mount }, { "attach", attempt_attach }, { "traced", attempt_traced },
		{ "program", attempt_program }, { "map", attempt_map }, { "module", attempt_module }, { "setuid", attempt_setuid },
	};

	for (size_t i = 0; count == 3 && i < sizeof(ACTS) / sizeof(*ACTS); i++)
		if (strcmp(arguments[1], ACTS[i].name) == 0)
			return ACTS[i].call(arguments[2]) < 0 ? errno : 0;
	return 201;
}
