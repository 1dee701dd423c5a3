/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the hooks that programs ask for this kernel has. */
#ifndef TARSIER_HOOKS_H
#define TARSIER_HOOKS_H

#include <stdbool.h>
#include <stddef.h>

struct btf;

/* Mounts tracefs and bpffs at their usual places where they are absent. What cannot be mounted shows as missing hooks. */
void hooks_mount(void);

/* True when the kernel has the hook of `section` (an ELF section name as libbpf reads it); else `reason` says what is missing. */
bool hook_exists(const struct btf *kernel, const char *section, char *reason, size_t reason_size);

#endif
