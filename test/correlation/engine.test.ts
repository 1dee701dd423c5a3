import { expect, test } from 'vitest'
import { createEngine } from '../../src/detect/engine.ts'
import { flatEvent } from '../../src/detect/flat-event.ts'
import { flatVocabulary } from '../../src/detect/flat-vocabulary.ts'
import { deriveInterest } from '../../src/detect/interest.ts'
import { VOCABULARY } from '../../src/events/fields.ts'
import { sampleEvent } from '../../src/events/sample-event.ts'
import type { Finding } from '../../src/findings/finding.ts'
import { loadRules } from '../../src/lang/load-rules.ts'
import { createDetection } from '../../src/pipeline/detection.ts'

const rule = (name: string, body: string): string =>
  `- rule: ${name}\n  desc: d\n  output: ${name} %fd.name\n  priority: INFO\n${body.replace(/^/gm, '  ')}\n`
const load = (...rules: readonly string[]) => loadRules([{ path: 'r.yaml', text: rules.join('') }], { vocabulary: VOCABULARY })
const engineOf = (...rules: readonly string[]) => createEngine(load(...rules), VOCABULARY)

const OPENED = 'condition: evt.type = openat and fd.name = /etc/shadow'
const SEQUENCE = `sequence:
  by: proc.pid
  within: 10s
  steps:
    - {name: read, condition: evt.type = openat and fd.name = /etc/shadow}
    - {name: sent, condition: evt.type = connect}
  until: evt.type = setuid`
const counted = (type: string, more = ''): string =>
  `condition: evt.type = ${type}\nthreshold: {by: proc.pid, count: 3, within: 10s${more}}`

test('the kinds of all steps are asked of the kernel', () => {
  expect([...(engineOf(rule('s', SEQUENCE)).wantedTypes as ReadonlySet<string>)].sort()).toEqual(['connect', 'openat', 'setuid'])
})

/** Kinds whose equal events the kernel side must not fold, and whether terms of opens say so. */
function counting(body: string): readonly [string[], boolean | undefined] {
  const { rules, planner } = engineOf(rule('r', body))
  const { counting, interest } = deriveInterest(rules, planner)
  return [[...counting].sort(), interest.get('file.open')?.some((term) => term.countsRepeats)]
}

test('each of equal events is asked for where it counts', () => {
  expect(counting(OPENED)).toEqual([[], false])
  expect(counting(SEQUENCE)).toEqual([['file.open', 'net.connect'], true])
  // The first of equal events that begin a sequence stands for all; what follows is seen each time.
  const unbroken = SEQUENCE.replace(/\n {2}until: .*/, '')
  expect(counting(unbroken)).toEqual([['net.connect'], false])
  expect(counting(unbroken.replace('by: proc.pid', 'by: thread.tid'))).toEqual([['file.open', 'net.connect'], true])
  expect(counting(unbroken.replace('evt.type = connect}', 'evt.type = openat}'))).toEqual([['file.open'], true])
  expect(counting(counted('openat'))).toEqual([['file.open'], true])
  expect(counting(counted('openat', ', distinct: fd.name'))).toEqual([[], false])
  expect(counting(counted('openat', ', distinct: thread.tid'))).toEqual([['file.open'], true])
  expect(counting(counted('kill'))).toEqual([['signal.kill'], false])
  expect(counting(counted('kill', ', distinct: target.pid'))).toEqual([[], false])
})

test('where only the first rule counts, rules about several events see every event, and take no turn', () => {
  const text = [rule('s', SEQUENCE), rule('a', OPENED), rule('b', OPENED), rule('t', counted('openat'))]
  const flat = flatVocabulary(VOCABULARY)
  const engine = createEngine(loadRules([{ path: 'r', text: text.join('') }], { vocabulary: flat }), flat, { matching: 'first' })
  const names: string[] = []
  engine.evaluate(flatEvent({ 'evt.type': 'openat', 'fd.name': '/etc/shadow' }, 1), (one) => names.push(one.rule.name))
  expect(names).toEqual(['s', 'a', 't'])
})

function detection(...rules: readonly string[]) {
  const found: Finding[] = []
  const made = createDetection({ engine: engineOf(...rules), hostname: 'h', foldWindowMs: 0, emit: (finding) => found.push(finding) })
  return { ...made, found }
}

const open = (seconds: number, repeat = 0) =>
  sampleEvent('file.open', { type: 'openat', path: '/etc/shadow', rawPath: '/etc/shadow', result: 3, timeNs: seconds * 1e9, repeat })
const connect = (seconds: number) => sampleEvent('net.connect', { type: 'connect', timeNs: seconds * 1e9 })

test('a sequence is one finding, of its last event, with the ids of all', () => {
  const { onEvent, found } = detection(rule('s', SEQUENCE))
  const events = [open(1), connect(2)]
  for (const event of events) onEvent(event)
  expect(found).toHaveLength(1)
  expect(found[0]).toMatchObject({ rule: 's', timeNs: events[1]?.timeNs, eventIds: events.map(({ id }) => id) })
})

test('what the kernel side counted into an event counts', () => {
  const { onEvent, found } = detection(rule('t', counted('openat')))
  onEvent(open(1, 1))
  expect(found).toHaveLength(0)
  onEvent(open(1))
  expect(found).toHaveLength(1)
})

test('an absence is told as time goes on, at the end of its time', () => {
  const { onEvent, advance, found } = detection(rule('s', SEQUENCE.replace('= connect', '= connect, absent: true')))
  const event = open(1)
  onEvent(event)
  advance(event.timeNs + 9e9)
  expect(found).toHaveLength(0)
  advance(event.timeNs + 11e9)
  expect(found[0]).toMatchObject({ output: 's /etc/shadow', timeNs: event.timeNs + 10e9 })
})

test('a rule in shadow is judged and makes no findings, unless they are asked for', () => {
  const text = [rule('single', `${OPENED}\nshadow: true`), rule('many', `${counted('openat')}\nshadow: true`)]
  const run = (shadow: boolean): Finding[] => {
    const found: Finding[] = []
    const { onEvent } = createDetection({
      engine: engineOf(...text),
      hostname: 'h',
      foldWindowMs: 0,
      shadow,
      emit: (one) => found.push(one),
    })
    for (const seconds of [1, 2, 3]) onEvent(open(seconds))
    return found
  }
  expect(run(false)).toEqual([])
  expect(run(true).map((finding) => finding.rule)).toEqual(['single', 'single', 'single', 'many'])
  expect(run(true)[0]?.tags).toContain('shadow')
})

test('where only the first rule counts, one in shadow takes no turn', () => {
  const text = [rule('s', `${OPENED}\nshadow: true`), rule('a', OPENED), rule('b', OPENED)].join('')
  const engine = createEngine(loadRules([{ path: 'r', text }], { vocabulary: VOCABULARY }), VOCABULARY, { matching: 'first' })
  const names: string[] = []
  engine.evaluate(open(1), (one) => names.push(one.rule.name))
  expect(names).toEqual(['s', 'a'])
})
