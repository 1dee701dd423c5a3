/** evt.time and its kin: when it happened. */
import { clockTime, rfc3339 } from '../../lib/time-format.ts'
import type { AnyKernelEvent } from '../event.ts'
import { defineField } from '../field-readers/define-field.ts'

const NS = 1e9

/** Date and time of day on this host: `2026-11-22 20:10:00`. */
function localDate(timeNs: number): string {
  const date = new Date(Math.floor(timeNs / 1e6))
  const parts = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'))
  return `${date.getFullYear()}-${parts.join('-')}`
}

interface TimeField {
  readonly name: string
  readonly doc: string
  readonly example: string
  readonly of: (timeNs: number) => string
}

const timeText = ({ of, ...rest }: TimeField) =>
  defineField({ ...rest, type: 'string', read: (event) => of(event.timeNs), flat: (event) => of(event.timeNs) })

const timeNumber = (name: string, doc: string, unit: string, example: number, of: (timeNs: number) => number) =>
  defineField({ name, doc, unit, example, type: 'number', read: (event) => of(event.timeNs), flat: (event) => of(event.timeNs) })

const sinceStart = (event: AnyKernelEvent): number => Math.max(event.record.timeNs - event.host.startedNs, 0)

const relative = (name: string, doc: string, unit: string, example: number, of: (ns: number) => number) =>
  defineField({ name, doc, unit, example, type: 'number', read: (event) => of(sinceStart(event)) })

const RELATIVE = [
  relative('evt.reltime', 'Time since the first event of the agent or the recording.', 'ns', 2_500_000_000, (ns) => ns),
  relative('evt.reltime.s', 'Time since the first event, whole seconds.', 's', 2, (ns) => Math.floor(ns / NS)),
  relative('evt.reltime.ns', 'Time since the first event, the part below a second.', 'ns', 500_000_000, (ns) => ns % NS),
]

export const EVT_TIME_FIELDS = [
  timeText({ name: 'evt.time', doc: 'Time of day on the host, with its fraction.', example: '20:10:00.123456', of: clockTime }),
  timeText({ name: 'evt.outputtime', doc: 'Same as evt.time. Kept for old outputs.', example: '20:10:00.123456', of: clockTime }),
  timeText({
    name: 'evt.time.s',
    doc: 'Time of day on the host, without a fraction.',
    example: '20:10:00',
    of: (timeNs) => clockTime(timeNs).slice(0, 8),
  }),
  timeText({ name: 'evt.time.iso8601', doc: 'Time in UTC as in RFC 3339.', example: '2026-11-22T20:10:00.123456768Z', of: rfc3339 }),
  timeText({
    name: 'evt.datetime',
    doc: 'Date and time of day on the host, with its fraction.',
    example: '2026-11-22 20:10:00.123456',
    of: (timeNs) => `${localDate(timeNs)} ${clockTime(timeNs)}`,
  }),
  timeText({
    name: 'evt.datetime.s',
    doc: 'Date and time of day on the host, without a fraction.',
    example: '2026-11-22 20:10:00',
    of: (timeNs) => `${localDate(timeNs)} ${clockTime(timeNs).slice(0, 8)}`,
  }),
  timeNumber('evt.rawtime', 'When it happened.', 'ns since 1970', 1_795_378_200_123_456_800, (timeNs) => timeNs),
  timeNumber('evt.rawtime.s', 'When it happened, whole seconds.', 's since 1970', 1_795_378_200, (timeNs) => Math.floor(timeNs / NS)),
  timeNumber('evt.rawtime.ns', 'When it happened, the part below a second.', 'ns', 123_456_800, (timeNs) => timeNs % NS),
  ...RELATIVE,
]
