/** Events written as flat fields: the lines of `rules eval`, and the tests that rules carry. */
import type { FlatEvent, SourceName } from '../events/event.ts'

/** The first field of a source tells an event's source where `evt.source` does not. */
const SOURCE_PREFIXES: readonly (readonly [prefix: string, source: SourceName])[] = [
  ['ka.', 'k8s_audit'],
  ['ct.', 'aws_cloudtrail'],
  ['github.', 'github'],
]

const SOURCES: ReadonlySet<string> = new Set(['syscall', 'k8s_audit', 'aws_cloudtrail', 'github', 'internal'] satisfies SourceName[])

/**
 * The event for an object of fields, `{"evt.type": "openat", "fd.name": "/etc/shadow"}`. `number` is its place among the
 * events given, from 1; `evt.num` of the object does not change it. Time is `evt.rawtime` (ns since 1970), 0 without it.
 */
export function flatEvent(values: Readonly<Record<string, unknown>>, number: number): FlatEvent {
  const type = values['evt.type']
  const time = Number(values['evt.rawtime'] ?? 0)
  return Object.freeze({
    id: `flat-${number}`,
    source: sourceOf(values),
    kind: 'flat',
    type: typeof type === 'string' ? type : '',
    number,
    timeNs: Number.isFinite(time) ? time : 0,
    values,
  })
}

function sourceOf(values: Readonly<Record<string, unknown>>): SourceName {
  const given = values['evt.source']
  if (typeof given === 'string' && isSource(given)) return given
  const keys = Object.keys(values)
  return SOURCE_PREFIXES.find(([prefix]) => keys.some((key) => key.startsWith(prefix)))?.[1] ?? 'syscall'
}

const isSource = (name: string): name is SourceName => SOURCES.has(name)
