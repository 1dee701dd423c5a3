import { expect, test } from 'vitest'
import { createEngine } from '../detect/engine.ts'
import { VOCABULARY } from '../events/fields.ts'
import { sampleEvent } from '../events/sample-event.ts'
import type { Finding } from '../findings/finding.ts'
import { loadRules } from '../lang/load-rules.ts'
import { createDetection } from './detection.ts'
import { createNearMisses } from './near-misses.ts'

const RULES = `- rule: Shadow read
  desc: d
  condition: evt.type = openat and proc.name = cat and fd.name = /etc/shadow
  output: read
  priority: WARNING
`
const engine = createEngine(loadRules([{ path: 'x', text: RULES }], { vocabulary: VOCABULARY }), VOCABULARY)
const SECOND = 1e9

/** A `cat` that opens a path; `at` in ns since boot. */
function open(path: string, at: number, repeat = 0, number: { readonly cpu: number; readonly seq: number } = { cpu: 0, seq: 0 }) {
  const values = { type: 'openat', path, rawPath: path, result: 3, timeNs: at, repeat, ...number }
  return sampleEvent('file.open', values, { process: { ...sampleEvent('file.open', {}).process, comm: 'cat' } as never })
}

function detection() {
  const found: Finding[] = []
  const made = createDetection({ engine, hostname: 'h', foldWindowMs: 1000, emit: (finding) => found.push(finding) })
  return { ...made, found }
}

test('a match becomes a finding, what does not match none', () => {
  const { onEvent, found } = detection()
  onEvent(open('/etc/passwd', SECOND))
  onEvent(open('/etc/shadow', SECOND))
  expect(found.map(({ rule, count }) => [rule, count])).toEqual([['Shadow read', 1]])
})

test('what the kernel side counted into an event is in the count of its finding', () => {
  const { onEvent, found } = detection()
  onEvent(open('/etc/shadow', SECOND, 41))
  expect(found[0]?.count).toBe(42)
})

test('what the kernel side tells later of an event is in the count of its finding, and of no other', () => {
  const { onEvent, onRepeats, flush, found, stats } = detection()
  onEvent(open('/etc/shadow', SECOND, 0, { cpu: 3, seq: 70 }))
  onEvent(open('/etc/passwd', SECOND, 0, { cpu: 3, seq: 71 }))
  const told = { count: 9, timeNs: (found[0]?.timeNs ?? 0) + 1 }
  onRepeats({ cpu: 3, seq: 70, ...told })
  onRepeats({ cpu: 3, seq: 71, ...told })
  flush()
  expect(found.map(({ count }) => count)).toEqual([1, 9])
  expect(new Set(found.map(({ id }) => id)).size).toBe(2)
  expect(stats().taken).toBe(10)
})

test('repeats come out when the clock of the events has passed the window', () => {
  const { onEvent, advance, found, stats } = detection()
  for (const at of [1, 1.2, 1.4]) onEvent(open('/etc/shadow', at * SECOND))
  expect(found).toHaveLength(1)
  advance((found[0]?.timeNs ?? 0) + 1.1 * SECOND)
  expect(found.map(({ count }) => count)).toEqual([1, 2])
  expect(stats()).toMatchObject({ taken: 3, emitted: 2, folded: 1 })
})

test('near misses are explained, at a bounded rate, and what was not shown is counted', () => {
  const said: string[] = []
  const [rule] = engine.rules
  if (rule === undefined) throw new Error('the rule is broken')
  const misses = createNearMisses(rule, (lines) => said.push(lines))
  for (let n = 0; n < 25; n++) misses.look(open('/etc/\x1b[2J', 2 * SECOND))
  misses.look(open('/etc/shadow', 2 * SECOND))
  expect(said).toHaveLength(20)
  expect(misses.hidden()).toBe(5)
  expect(said[0]).toContain('near miss of Shadow read: openat by cat[1234]')
  expect(said[0]).toContain('= false: fd.name = /etc/shadow  [/etc/\\x1b[2J]')
})
