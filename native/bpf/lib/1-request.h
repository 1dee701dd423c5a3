/* SPDX-License-Identifier: GPL-2.0 */
/* Layer 1, continued: the file that an io_uring request is about. */
#ifndef TARSIER_REQUEST_H
#define TARSIER_REQUEST_H

/* REQ_F_FIXED_FILE (io_uring_types.h); the bit is that of IOSQE_FIXED_FILE, which is ABI. */
#define REQUEST_FIXED_FILE 1
/* The low bits of a pointer to a registered file are marks. */
#define FIXED_FILE_MASK (~7ul)

/* Before 6.13. */
struct io_fixed_file___old {
	unsigned long file_ptr;
} __attribute__((preserve_access_index));

struct io_file_table___old {
	struct io_fixed_file___old *files;
} __attribute__((preserve_access_index));

struct io_ring_ctx___old {
	struct io_file_table___old file_table;
	unsigned int nr_user_files;
} __attribute__((preserve_access_index));

/* Since 6.13. */
struct io_rsrc_node___v6_13 {
	unsigned long file_ptr;
} __attribute__((preserve_access_index));

struct io_rsrc_data___v6_13 {
	unsigned int nr;
	struct io_rsrc_node___v6_13 **nodes;
} __attribute__((preserve_access_index));

struct io_file_table___v6_13 {
	struct io_rsrc_data___v6_13 data;
} __attribute__((preserve_access_index));

struct io_ring_ctx___v6_13 {
	struct io_file_table___v6_13 file_table;
} __attribute__((preserve_access_index));

/* A file of the ring's own table, by its place there. */
static __always_inline struct file *registered_file(struct io_ring_ctx *ring, __u32 place)
{
	struct io_ring_ctx___v6_13 *new = (void *)ring;
	struct io_ring_ctx___old *old = (void *)ring;
	struct io_rsrc_node___v6_13 *node = NULL;
	struct io_rsrc_node___v6_13 **nodes;
	unsigned long value = 0;

	if (bpf_core_field_exists(old->file_table.files)) {
		if (place >= READ(old, nr_user_files))
			return NULL;
		bpf_probe_read_kernel(&value, sizeof(value),
				      (void *)READ(old, file_table.files) + place * bpf_core_type_size(struct io_fixed_file___old));
		return (struct file *)(value & FIXED_FILE_MASK);
	}
	nodes = READ(new, file_table.data.nodes);
	if (place >= READ(new, file_table.data.nr))
		return NULL;
	bpf_probe_read_kernel(&node, sizeof(node), nodes + place);
	return (struct file *)(READ(node, file_ptr) & FIXED_FILE_MASK);
}

static __always_inline bool has_registered_file(struct io_kiocb *request)
{
	return READ(request, flags) & REQUEST_FIXED_FILE;
}

/* The descriptor of the process, -1 for a registered file, which has none. */
static __always_inline __s32 fd_of_request(struct io_kiocb *request)
{
	if (has_registered_file(request) || !bpf_core_field_exists(request->cqe))
		return -1;
	return READ(request, cqe.fd);
}

/* Since 5.19 the kernel looks the file up only when it carries the request out, so we do it the same way. */
static __always_inline struct file *file_of_request(struct io_kiocb *request)
{
	struct file *file = READ(request, file);

	if (file || !bpf_core_field_exists(request->cqe))
		return file;
	if (has_registered_file(request))
		return registered_file(READ(request, ctx), READ(request, cqe.fd));
	return file_of_fd(READ(request, cqe.fd));
}

#endif
