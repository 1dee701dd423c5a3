// SPDX-License-Identifier: Apache-2.0
/*
 * Debian's libbpf.a is compiled for executables (PIE): its one reference to a variable of another library, stderr, cannot be
 * linked into a shared object. The build renames that reference in a copy of the archive to this variable of our own.
 */
#include <stdio.h>

__attribute__((visibility("hidden"))) FILE *tarsier_stderr;

__attribute__((constructor)) static void set_stderr(void)
{
	tarsier_stderr = stderr;
}
