/* SPDX-License-Identifier: Apache-2.0 */
/* From the file of an object to programs that the kernel has taken, but that are not attached yet. */
#ifndef TARSIER_SENSOR_LOAD_H
#define TARSIER_SENSOR_LOAD_H

#include "sensor.h"

/* Writes down why the sensor could not start; returns -errno. */
int sensor_fail(struct sensor_failure *failure, enum sensor_step step, int error, const char *detail);

/* NULL for a program that is not wanted. */
struct sensor_hook *find_hook(struct sensor *sensor, const char *program);
void mark_failed(struct sensor_hook *hook, int error, const char *reason, const char *log);

/* Opens the object and loads what is wanted, onto the maps of the base where there is one. 0, or -errno with `failure` filled in. */
int open_and_load(struct sensor *sensor, const struct sensor_options *options, struct sensor_failure *failure);

#endif
