// SPDX-License-Identifier: GPL-2.0
/* The whole sensor in one object: every family includes here, the loader picks the programs it wants. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

#include "lib/records.gen.h"
#include "lib/maps.h"
#include "lib/0-read.h"
#include "lib/1-extract.h"
#include "lib/1-hash.h"
#include "lib/1-target.h"
#include "lib/1-memory.h"
#include "lib/1-socket.h"
#include "lib/1-request.h"
#include "lib/2-write.h"
#include "lib/2-image.h"
#include "lib/2-socket.h"
#include "lib/3-emit.h"

#include "process.bpf.c"
#include "cred.bpf.c"
#include "ns.bpf.c"
#include "key.bpf.c"
#include "file-open.bpf.c"
#include "file-names.bpf.c"
#include "file-attributes.bpf.c"
#include "file-memory.bpf.c"
#include "net-setup.bpf.c"
#include "net-connect.bpf.c"
#include "net-payload.bpf.c"
#include "net-message.bpf.c"
#include "net-dns.bpf.c"
#include "net-state.bpf.c"
#include "dup.bpf.c"
#include "uring.bpf.c"
#include "uring-file.bpf.c"
#include "uring-open.bpf.c"
#include "uring-net.bpf.c"
#include "mount.bpf.c"
#include "inject.bpf.c"
#include "memory.bpf.c"
#include "kernel.bpf.c"
#include "signal.bpf.c"
#include "compat.bpf.c"

char LICENSE[] SEC("license") = "GPL";
