/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel sensor as a C library: loads the BPF object, attaches its programs, drains the ring buffer into buffers that
 * the caller lends, reads the process snapshot and the counters. It knows nothing of JavaScript and gives no meaning to a
 * record beyond the four header fields named in sensor_layout.
 *
 * Everything is held by file descriptors: when the process dies, whatever the way, the kernel takes the programs down.
 */
#ifndef TARSIER_SENSOR_H
#define TARSIER_SENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SENSOR_NAME_MAX 128
#define SENSOR_REASON_MAX 256
#define SENSOR_SLOTS_MAX 32

struct sensor;

/* Offsets in the header of every record, in bytes. */
struct sensor_layout {
	uint32_t seq;		/* u64: nesting level << level_shift | number at that level of its CPU */
	uint32_t level_shift;
	uint32_t levels;
	uint32_t size;		/* u32: bytes of the record */
	uint32_t cpu;		/* u16 */
	uint32_t header_bytes;	/* the least size of a record */
};

struct sensor_options {
	const char *object_path;
	/* Programs whose name begins with one of these and `__` are loaded; the others are left out. */
	const char *const *prefixes;
	size_t prefix_count;
	uint32_t ring_bytes;	/* power of two, multiple of the page size; 0 leaves the object's own */
	uint32_t self_tgid;
	uint64_t fold_window_ns;
	bool tracepoints;	/* for system calls, even where the kernel has better: see calls.h */
	/* Has to be what the object calls record_layout: it was built for another decoder otherwise. */
	uint32_t layout_id;
	struct sensor_layout layout;
};

enum sensor_hook_state { HOOK_ATTACHED, HOOK_MISSING, HOOK_FAILED };

/* What became of one program. */
struct sensor_hook {
	char program[SENSOR_NAME_MAX];
	char section[SENSOR_NAME_MAX];
	enum sensor_hook_state state;
	int error;		/* errno of a failure, else 0 */
	char reason[SENSOR_REASON_MAX];
	char *log;		/* last part of the verifier's log, or NULL */
};

enum sensor_step { STEP_OPEN, STEP_VERSION, STEP_CONFIGURE, STEP_LOAD };

/* Why the sensor as a whole could not start. */
struct sensor_failure {
	enum sensor_step step;
	int error;		/* errno */
	char detail[SENSOR_REASON_MAX];
};

/* Opens, loads and attaches. 0, or -errno with `failure` filled in; one program's failure is no failure of the sensor. */
int sensor_open(const struct sensor_options *options, struct sensor **out, struct sensor_failure *failure);

/*
 * Loads and attaches more programs, into the same ring, counters and tables: `options` name those that are not loaded yet. `out`
 * tells their hooks; sensor_detach may free it. 0, or -errno with `failure` filled in and nothing changed.
 */
int sensor_extend(struct sensor *sensor, const struct sensor_options *options, const struct sensor **out, struct sensor_failure *failure);

/*
 * Takes the programs down whose name begins with one of the prefixes; only these of `unwanted` are read. On return none of them runs
 * any more: the kernel takes some 20 ms for each. 0 or -errno.
 */
int sensor_detach(struct sensor *sensor, const struct sensor_options *unwanted);

/* What became of each wanted program; valid until sensor_close. */
const struct sensor_hook *sensor_hooks(const struct sensor *sensor, size_t *count);

/* Why system calls are watched by tracepoints, which cost every call of the host; "" where they are not. Valid until sensor_close. */
const char *sensor_tracepoints_because(const struct sensor *sensor);

enum sensor_notice {
	NOTICE_BATCH,	/* slot `slot` holds `value` bytes of records; give it back with sensor_release */
	NOTICE_FLUSHED,	/* everything sent before flush ticket `value` has been delivered */
	NOTICE_END,	/* drained: the last notice */
};

/* Called on the draining thread; must not block. */
typedef void (*sensor_deliver)(void *context, enum sensor_notice notice, uint32_t slot, uint32_t value);

struct sensor_slots {
	uint8_t *bytes[SENSOR_SLOTS_MAX];
	uint32_t count;
	uint32_t slot_bytes;	/* of each */
};

/* Starts the draining thread. The slots must live until sensor_close. 0 or -errno. */
int sensor_start(struct sensor *sensor, const struct sensor_slots *slots, uint32_t slice_ms, sensor_deliver deliver, void *context);
void sensor_release(struct sensor *sensor, uint32_t slot);
void sensor_flush(struct sensor *sensor, uint32_t ticket);
/* Asks the thread to drain what was sent until now and to send NOTICE_END. Returns at once. */
void sensor_stop(struct sensor *sensor);

/* Reads the process snapshot into a malloc'ed buffer. 0 or -errno; -ENOENT without the snapshot program. */
int sensor_snapshot(struct sensor *sensor, uint8_t **bytes, size_t *length);

/* Writes element `at` of a variable of the kernel side; elements have `width` bytes, 1, 4 or 8. 0 or -errno. */
int sensor_set_knob(struct sensor *sensor, const char *name, uint32_t width, uint32_t at, uint64_t value);

/*
 * Has each CPU tell how many events it folded into one already sent: those whose window has closed, or `all`. 0 or -errno; -ENOENT
 * without the program, other errors on kernels before 5.10, which cannot be asked.
 */
int sensor_tell_repeats(struct sensor *sensor, bool all);

/* Counters of one kind on one CPU, as the map `counters` has them. */
struct sensor_counters {
	uint64_t *values;	/* [kind][cpu][fields], malloc'ed */
	uint32_t kinds;
	uint32_t cpus;
	uint32_t fields;
};
int sensor_counters(struct sensor *sensor, struct sensor_counters *out);

/*
 * Writes entries into a map of the object, or takes them out: `count` keys, and for the former values, packed as the map has them. Ends at the
 * first that fails: -errno; -ENOENT when there is no such map, -EINVAL when the sizes are not its own. To take out what is not there is no failure.
 */
int sensor_write_map(struct sensor *sensor, const char *map, const uint8_t *keys, size_t key_bytes, const uint8_t *values, size_t value_bytes);
int sensor_clear_map(struct sensor *sensor, const char *map, const uint8_t *keys, size_t key_bytes);

/* How often a program ran and how long, while it was measured; and how often since it was loaded the kernel skipped it, since it ran on that CPU already (5.12). */
struct sensor_runs {
	uint64_t runs;
	uint64_t ns;
	uint64_t skipped;
};

/* Has the kernel measure all its programs, ours and others, until it is told to stop or the sensor is closed. Costs each run two readings of the clock. 0 or -errno. */
int sensor_measure(struct sensor *sensor, bool on);
/* Calls `tell` for each loaded program that ran while it was measured, or was skipped. */
void sensor_program_runs(const struct sensor *sensor, void (*tell)(void *context, const char *program, struct sensor_runs runs), void *context);

/* What the draining thread saw. */
struct sensor_drained {
	uint64_t records;
	uint64_t bytes;
	uint64_t corrupt;	/* records whose size cannot be, dropped */
	uint64_t unread;	/* bytes that were left at the end, behind a record that was still being written */
	uint64_t waits;		/* times that the thread had to wait for a free slot */
	uint64_t slices;
	uint64_t ring_bytes;
	uint64_t ring_used;	/* fill of the ring now */
	uint64_t ring_peak;	/* highest fill that a slice began with */
};
void sensor_drained(struct sensor *sensor, struct sensor_drained *out);
/* Per CPU and level: highest sequence number seen + 1, records received. sensor_sequence_count pairs are written. */
uint32_t sensor_sequence_count(const struct sensor *sensor);
void sensor_sequences(struct sensor *sensor, uint64_t *pairs);

/* Nanoseconds between 1970 and boot by the present clock: CLOCK_REALTIME - CLOCK_BOOTTIME. */
int64_t sensor_boot_epoch_ns(void);

/* Stops without draining where sensor_stop did not, joins the thread, frees everything. The programs are gone some seconds later. */
void sensor_close(struct sensor *sensor);

#endif
