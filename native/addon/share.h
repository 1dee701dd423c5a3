/* SPDX-License-Identifier: Apache-2.0 */
/* One set of maps for programs that are loaded at different times. */
#ifndef TARSIER_SHARE_H
#define TARSIER_SHARE_H

struct bpf_object;

/*
 * Before the load of `into`, another copy of the same object: lets its programs work on the maps of `from`, all but the
 * constants, which are its own. 0 or -errno.
 */
int share_maps(struct bpf_object *from, struct bpf_object *into);

#endif
