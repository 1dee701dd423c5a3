// SPDX-License-Identifier: GPL-2.0
/*
 * Acts denied before they are done, at hooks of LSM: there the kernel has copied what it was given, so that no other thread can change it. The record is
 * that of the kind as it will be when the act succeeds; its `result` holds the terms that decided, its `repeat` the generation of the tables.
 * Loaded only where a rule is marked `prevent` and the kernel runs BPF programs as a security module.
 */
#ifndef TARSIER_OLD_KERNEL

#include "deny-file.bpf.c"
#include "deny-net.bpf.c"
#include "deny-kernel.bpf.c"

#endif
