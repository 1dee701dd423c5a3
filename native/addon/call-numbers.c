// SPDX-License-Identifier: Apache-2.0
/* The numbers of the 64-bit calls that have programs (arch/x86/entry/syscalls/syscall_64.tbl): they never change. */
#include "calls.h"

#include <string.h>

static const struct {
	const char *name;
	uint32_t number;
} CALLS[] = {
	{ "accept", 43 }, { "accept4", 288 }, { "add_key", 248 }, { "bind", 49 }, { "bpf", 321 }, { "capset", 126 }, { "chmod", 90 },
	{ "chown", 92 }, { "chroot", 161 }, { "connect", 42 }, { "creat", 85 }, { "delete_module", 176 }, { "dup", 32 }, { "dup2", 33 },
	{ "dup3", 292 }, { "execve", 59 }, { "execveat", 322 }, { "fchmod", 91 }, { "fchmodat", 268 }, { "fchmodat2", 452 },
	{ "fchown", 93 }, { "fchownat", 260 }, { "fcntl", 72 }, { "finit_module", 313 }, { "fsetxattr", 190 }, { "ftruncate", 77 },
	{ "init_module", 175 }, { "io_uring_setup", 425 }, { "kexec_file_load", 320 }, { "kexec_load", 246 }, { "keyctl", 250 },
	{ "kill", 62 }, { "lchown", 94 }, { "link", 86 }, { "linkat", 265 }, { "listen", 50 }, { "lsetxattr", 189 },
	{ "memfd_create", 319 }, { "mkdir", 83 }, { "mkdirat", 258 }, { "mknod", 133 }, { "mknodat", 259 }, { "mmap", 9 },
	{ "mount", 165 }, { "move_mount", 429 }, { "mprotect", 10 }, { "open", 2 }, { "open_by_handle_at", 304 }, { "openat", 257 },
	{ "openat2", 437 }, { "perf_event_open", 298 }, { "pidfd_getfd", 438 }, { "pidfd_send_signal", 424 }, { "pivot_root", 155 },
	{ "pkey_mprotect", 329 }, { "prctl", 157 }, { "process_vm_readv", 310 }, { "process_vm_writev", 311 }, { "ptrace", 101 },
	{ "recvfrom", 45 }, { "recvmmsg", 299 }, { "recvmsg", 47 }, { "rename", 82 }, { "renameat", 264 }, { "renameat2", 316 },
	{ "request_key", 249 }, { "rmdir", 84 }, { "rt_sigqueueinfo", 129 }, { "rt_tgsigqueueinfo", 297 }, { "seccomp", 317 },
	{ "sendmmsg", 307 }, { "sendmsg", 46 }, { "sendto", 44 }, { "setfsgid", 123 }, { "setfsuid", 122 }, { "setgid", 106 },
	{ "setns", 308 }, { "setregid", 114 }, { "setresgid", 119 }, { "setresuid", 117 }, { "setreuid", 113 }, { "setuid", 105 },
	{ "setxattr", 188 }, { "setxattrat", 463 }, { "shutdown", 48 }, { "socket", 41 }, { "symlink", 88 }, { "symlinkat", 266 },
	{ "tgkill", 234 }, { "tkill", 200 }, { "truncate", 76 }, { "umount", 166 }, { "unlink", 87 }, { "unlinkat", 263 },
	{ "unshare", 272 }, { "userfaultfd", 323 },
	/* What tells calls that are not 64-bit ones: REFUSED_COMPAT in native/bpf/refused.bpf.c. */
	{ "refused", 512 },
};

bool calls_refused_place(const char *program, uint32_t *place)
{
	const char *mark = strstr(program, "__");

	for (size_t i = 0; mark && i < sizeof(CALLS) / sizeof(*CALLS); i++)
		if (strcmp(mark + 2, CALLS[i].name) == 0) {
			*place = CALLS[i].number;
			return true;
		}
	return false;
}
