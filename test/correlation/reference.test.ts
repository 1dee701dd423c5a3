import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FlatEvent } from '../../src/events/event.ts'
import { eventsOf, observed, ruleOf } from './rules.ts'

/** What a finding was made of: the number of its last event. */
type Reference = (events: readonly FlatEvent[]) => readonly number[]

const WITHIN_NS = 50e6

const typeOf = (event: FlatEvent): unknown => event.values['proc.name']
const pidOf = (event: FlatEvent): unknown => event.values['proc.pid']

/** Every choice of events is looked at: whether one, of those since the last finding of its key, is the sequence. */
function sequenceReference(steps: readonly string[], until: string | undefined): Reference {
  return (events) => {
    const found: number[] = []
    for (const pid of new Set(events.map(pidOf))) {
      let own: FlatEvent[] = []
      for (const event of events.filter((one) => pidOf(one) === pid)) {
        if (typeOf(event) === until) own = []
        own.push(event)
        const before = own.slice(0, -1).filter(({ timeNs }) => timeNs >= event.timeNs - WITHIN_NS)
        if (typeOf(event) !== steps.at(-1) || !hasSteps(before, steps.slice(0, -1))) continue
        found.push(event.number)
        own = []
      }
    }
    return found.sort((a, b) => a - b)
  }
}

/** Whether some of the events are these steps, in their order. */
function hasSteps(events: readonly FlatEvent[], steps: readonly string[]): boolean {
  if (steps.length === 0) return true
  return events.some((event, index) => typeOf(event) === steps.at(-1) && hasSteps(events.slice(0, index), steps.slice(0, -1)))
}

function thresholdReference(count: number, distinct: boolean): Reference {
  return (events) => {
    const found: number[] = []
    for (const pid of new Set(events.map(pidOf))) {
      let own: FlatEvent[] = []
      for (const event of events.filter((one) => pidOf(one) === pid && typeOf(one) === 'a')) {
        own.push(event)
        const recent = own.filter(({ timeNs }) => timeNs >= event.timeNs - WITHIN_NS)
        const size = distinct ? new Set(recent.map(({ values }) => values['fd.name'])).size : recent.length
        if (size < count) continue
        found.push(event.number)
        own = []
      }
    }
    return found.sort((a, b) => a - b)
  }
}

const streams = fc
  .array(
    fc.record({
      type: fc.constantFrom('a', 'a', 'b', 'b', 'c', 'u'),
      pid: fc.constantFrom(1, 2),
      after: fc.constantFrom(0, 1, 1, 4, 12, 30),
      name: fc.constantFrom('x', 'y', 'z'),
    }),
    { minLength: 20, maxLength: 60 },
  )
  .map((list) => {
    let ms = 0
    const words = list.map(({ type, pid, after, name }) => {
      ms += after
      return `${type}${pid}@${ms} ${name}`
    })
    return eventsOf(words.join(', '))
  })

const step = (letter: string, index: number): string => `    - {name: ${letter}${index}, condition: proc.name = ${letter}}`

function bodyOf(steps: readonly string[], until: string | undefined): string {
  const end = until === undefined ? '' : `\n  until: proc.name = ${until}`
  return `sequence:\n  by: proc.pid\n  within: 50ms\n  steps:\n${steps.map(step).join('\n')}${end}`
}

const FORMS: readonly [name: string, body: string, reference: Reference][] = [
  ...[
    { steps: ['a', 'b'], until: undefined },
    { steps: ['a', 'b', 'c'], until: undefined },
    { steps: ['a', 'b', 'c'], until: 'u' },
    { steps: ['a', 'b', 'a'], until: 'u' },
    { steps: ['a', 'a'], until: undefined },
    { steps: ['a', 'b', 'a', 'b'], until: 'u' },
  ].map(
    ({ steps, until }) =>
      [`${steps.join(' ')} until ${until ?? '-'}`, bodyOf(steps, until), sequenceReference(steps, until)] as [string, string, Reference],
  ),
  ...[2, 3, 5].map(
    (count) =>
      [
        `count ${count}`,
        `condition: proc.name = a\nthreshold: {by: proc.pid, count: ${count}, within: 50ms}`,
        thresholdReference(count, false),
      ] as [string, string, Reference],
  ),
  ...[2, 3].map(
    (count) =>
      [
        `${count} different`,
        `condition: proc.name = a\nthreshold: {by: proc.pid, count: ${count}, within: 50ms, distinct: fd.name}`,
        thresholdReference(count, true),
      ] as [string, string, Reference],
  ),
]

test.each(FORMS)('%s: finds what looking at all events at once finds', (_, body, reference) => {
  const rule = ruleOf(body)
  let findings = 0
  fc.assert(
    fc.property(streams, fc.boolean(), (events, advancing) => {
      const { push, advance, found } = observed()
      for (const event of events) {
        push(rule, [event])
        if (advancing) advance(event.timeNs)
      }
      const numbers = found.map((text) => Number(text.split(' ').at(-1)))
      expect(numbers).toEqual(reference(events))
      findings += found.length
    }),
    { numRuns: 300 },
  )
  expect(findings).toBeGreaterThan(20)
})
