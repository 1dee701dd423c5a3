import { describe, expect, test } from 'vitest'
import type { FlatEvent } from '../events/event.ts'
import { loadRules } from '../lang/load-rules.ts'
import { createEngine } from './engine.ts'
import { flatEvent } from './flat-event.ts'
import { interpret } from './naive-interpreter.ts'
import { TEST_VOCABULARY as vocabulary } from './test-vocabulary.ts'

const rules = (conditions: readonly string[], more = '') =>
  loadRules(
    [
      {
        path: 'rules.yaml',
        text: conditions
          .map(
            (text, index) => `- rule: r${index}\n  desc: d\n  priority: INFO\n  output: o\n  condition: ${JSON.stringify(text)}\n${more}`,
          )
          .join(''),
      },
    ],
    { vocabulary },
  )

function told(conditions: readonly string[], event: Readonly<Record<string, unknown>>, matching: 'all' | 'first' = 'all'): string[] {
  const names: string[] = []
  createEngine(rules(conditions), vocabulary, { matching }).evaluate(flatEvent(event, 1), ({ rule }) => names.push(rule.name))
  return names
}

test('every rule that matches is told, in order of definition', () => {
  const conditions = ['evt.type = open', 'evt.type = connect', 'proc.name = a', 'evt.type = open and proc.name = b']
  expect(told(conditions, { 'evt.type': 'open', 'proc.name': 'a' })).toEqual(['r0', 'r2'])
})

test('with first, only the first of them', () => {
  expect(told(['proc.name = b', 'evt.type = open', 'proc.name = a'], { 'evt.type': 'open', 'proc.name': 'a' }, 'first')).toEqual(['r1'])
})

test('a rule that is off is not told', () => {
  const ruleSet = rules(['evt.type = open'], '  enabled: false\n')
  expect(createEngine(ruleSet, vocabulary).rules).toEqual([])
})

describe('the types that are wanted', () => {
  test.each([
    ['are those that the rules name', ['evt.type in (open, openat)', 'evt.type = execve and proc.name = a'], ['execve', 'open', 'openat']],
    ['are all where one rule names none', ['evt.type = open', 'proc.name = a'], 'all'],
    ['are none where no rule can match', ['evt.type = open and evt.type = connect'], []],
  ])('%s', (_, conditions, expected) => {
    const { wantedTypes } = createEngine(rules(conditions), vocabulary)
    expect(wantedTypes === 'all' ? 'all' : [...wantedTypes].sort()).toEqual(expected)
  })

  test('leave out what is excluded', () => {
    const { wantedTypes } = createEngine(rules(['evt.type != open']), vocabulary)
    expect(wantedTypes).not.toContain('open')
    expect(wantedTypes).toContain('execve')
  })
})

/** Texts that begin alike, so that prefixes and values cross. */
const NAMES = ['a', 'ab', 'abc', 'b', 'ba', 'bash', '/etc', '/etc/passwd', '//etc//shadow', 'etc/passwd', '/etc/shadow', '/tmp', '/tmp/x']

function manyRules(count: number): string[] {
  const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T
  return Array.from({ length: count }, (_, index) => {
    const name = pick(NAMES, index)
    return pick(
      [
        `evt.type = open and proc.name = "${name}"`,
        `evt.type in (open, execve) and proc.name in ("${name}", "${pick(NAMES, index + 3)}") and fd.num > ${index % 3}`,
        `fd.name startswith "${name}" and proc.pid = ${index % 4}`,
        `(fd.name startswith "${name}" or fd.name startswith "${pick(NAMES, index + 5)}") and evt.type = open`,
        `proc.pid = ${index % 5}`,
        `fd.name pmatch (/etc/shadow, /tmp/${index % 3}, /etc/pass*) and proc.pid = ${index % 4}`,
        `fd.name glob /etc/* or fd.name endswith "${name}"`,
        `not proc.name = "${name}" and evt.type = open`,
        `(proc.name = "${name}" or proc.name = "${pick(NAMES, index + 1)}") and not evt.type = execve`,
      ],
      index * 3 + (index >> 2),
    )
  })
}

test('hundreds of rules, found by their values, match as each does by itself', () => {
  const ruleSet = rules(manyRules(250), '  warn_evttypes: false\n')
  expect(ruleSet.rules).toHaveLength(250)
  const engine = createEngine(ruleSet, vocabulary)
  const first = createEngine(ruleSet, vocabulary, { matching: 'first' })
  let matches = 0
  for (let index = 0; index < 240; index++) {
    const event: FlatEvent = flatEvent(
      {
        ...(index % 7 === 0 ? {} : { 'evt.type': ['open', 'execve', 'connect'][index % 3] }),
        ...(index % 5 === 0 ? {} : { 'proc.name': NAMES[index % NAMES.length] }),
        ...(index % 11 === 0 ? {} : { 'fd.name': NAMES[(index * 7) % NAMES.length] }),
        'proc.pid': index % 6,
        'fd.num': index % 4,
      },
      index + 1,
    )
    const expected = ruleSet.rules.filter(({ expression }) => interpret(expression, event, vocabulary)).map(({ name }) => name)
    const names: string[] = []
    expect(engine.evaluate(event, ({ rule }) => names.push(rule.name))).toBe(expected.length)
    expect(names).toEqual(expected)
    const only: string[] = []
    first.evaluate(event, ({ rule }) => only.push(rule.name))
    expect(only).toEqual(expected.slice(0, 1))
    matches += expected.length
  }
  expect(matches).toBeGreaterThan(2000)
})

test('a field that many rules read is read once per event', () => {
  let reads = 0
  const counting = {
    ...vocabulary,
    field: (name: string) => {
      const field = vocabulary.field(name)
      if (field === undefined || name !== 'proc.name') return field
      return {
        ...field,
        bind: () => (event: Parameters<ReturnType<typeof field.bind>>[0]) => {
          reads++
          return event.kind === 'flat' ? String(event.values['proc.name']) : undefined
        },
      }
    },
  }
  const conditions = Array.from({ length: 20 }, (_, index) => `proc.name contains x${index} or proc.name endswith y${index}`)
  const engine = createEngine(rules(conditions), counting)
  engine.evaluate(flatEvent({ 'evt.type': 'open', 'proc.name': 'a' }, 1), () => {})
  expect(reads).toBe(1)
  engine.evaluate(flatEvent({ 'evt.type': 'open', 'proc.name': 'b' }, 2), () => {})
  expect(reads).toBe(2)
})
