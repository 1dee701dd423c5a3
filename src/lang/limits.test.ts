import { describe, expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import { MAX_DEPTH } from './limits.ts'
import { loadRules } from './load-rules.ts'
import { regex } from './operators/regex.ts'

const load = (text: string) => loadRules([{ path: 'rules.yaml', text }], { vocabulary: VOCABULARY })
const rule = (condition: string): string =>
  `- rule: r\n  desc: d\n  priority: INFO\n  output: o\n  warn_evttypes: false\n  condition: ${JSON.stringify(condition)}\n`
const errorsOf = (text: string): string[] => load(text).diagnostics.flatMap(({ code, severity }) => (severity === 'error' ? [code] : []))

/** Seconds that it takes. */
function seconds(run: () => void): number {
  const before = process.hrtime.bigint()
  run()
  return Number(process.hrtime.bigint() - before) / 1e9
}

test('a file of 50 MB is refused at once, with the limit in the message', () => {
  const text = '- list: a\n  items: [b]\n'.repeat(50_000_000 / 22)
  const took = seconds(() => {
    const [problem] = load(text).diagnostics
    expect(problem?.message).toBe(`the file has ${text.length} bytes; at most 8388608 are read`)
  })
  expect(took).toBeLessThan(1)
})

test('nesting up to the limit is read, and beyond is an error', () => {
  const nested = (depth: number): string => rule(`${'('.repeat(depth)}proc.name = a${')'.repeat(depth)}`)
  expect(errorsOf(nested(MAX_DEPTH))).toEqual([])
  expect(errorsOf(nested(MAX_DEPTH + 1))).toEqual(['RULE_TOO_DEEP'])
  expect(errorsOf(nested(200_000))).toEqual(['RULE_TOO_DEEP'])
})

test('nots that nest in earnest run and are bounded', () => {
  const nested = (depth: number): string => rule(`${'not (proc.pid = 1 or '.repeat(depth)}proc.name = a${')'.repeat(depth)}`)
  expect(load(nested(400)).rules).toHaveLength(1)
  expect(errorsOf(nested(5000))).toEqual(['RULE_TOO_DEEP'])
})

test('transformers that nest are bounded', () => {
  expect(errorsOf(rule(`${'tolower('.repeat(5000)}proc.name${')'.repeat(5000)} = a`))).toEqual(['RULE_TOO_DEEP'])
})

test('100,000 nots in a row are two kinds of nothing', () => {
  expect(load(rule(`${'not '.repeat(100_000)}proc.name = a`)).rules).toHaveLength(1)
})

test('a long flat condition is read', () => {
  const checks = Array.from({ length: 20_000 }, (_, index) => `proc.name = a${index}`)
  expect(errorsOf(rule(checks.join(' or ')))).toEqual([])
})

test('a condition of many megabytes is refused', () => {
  expect(errorsOf(rule(`proc.name = ${'a'.repeat(5_000_000)}`))).toEqual(['RULE_TOO_LONG'])
})

describe('what grows by repetition is bounded', () => {
  test('macros that double', () => {
    const macros = Array.from({ length: 60 }, (_, index) =>
      index === 0 ? '- macro: m0\n  condition: proc.name = a\n' : `- macro: m${index}\n  condition: m${index - 1} or m${index - 1}\n`,
    )
    const took = seconds(() => expect(errorsOf(macros.join('') + rule('m59'))).toContain('RULE_TOO_BIG'))
    expect(took).toBeLessThan(5)
  })

  test('macros in a long chain', () => {
    const macros = Array.from({ length: 3000 }, (_, index) =>
      index === 0 ? '- macro: m0\n  condition: proc.name = a\n' : `- macro: m${index}\n  condition: m${index - 1}\n`,
    )
    expect(errorsOf(macros.join('') + rule('m2999'))).toContain('RULE_TOO_DEEP')
    expect(load(macros.slice(0, 500).join('') + rule('m499')).rules).toHaveLength(1)
  })

  test('macros in a long chain that is read from its end', () => {
    const macros = Array.from({ length: 3000 }, (_, index) => `- macro: m${index}\n  condition: proc.name = a\n`)
    const appended = Array.from({ length: 2999 }, (_, index) => `- macro: m${index}\n  condition: or m${index + 1}\n  append: true\n`)
    expect(errorsOf(macros.join('') + appended.join('') + rule('m0'))).toContain('RULE_TOO_DEEP')
  })

  test('lists that double', () => {
    const lists = Array.from({ length: 60 }, (_, index) =>
      index === 0 ? '- list: l0\n  items: [a]\n' : `- list: l${index}\n  items: [l${index - 1}, l${index - 1}]\n`,
    )
    const took = seconds(() => expect(errorsOf(lists.join('') + rule('proc.name in (l59)'))).toContain('LOAD_LIST_TOO_LARGE'))
    expect(took).toBeLessThan(10)
  })

  test('a list written out many times', () => {
    const list = `- list: big\n  items: [${Array.from({ length: 50_000 }, (_, index) => `item${index}`).join(', ')}]\n`
    const once = rule('proc.name in (big)')
    expect(errorsOf(list + once)).toEqual([])
    expect(errorsOf(list + rule(Array.from({ length: 50 }, () => 'proc.name in (big)').join(' or ')))).toEqual(['RULE_TOO_LONG'])
  })

  test('YAML aliases', () => {
    const bomb = ['- &a0 {list: l0, items: [x]}']
    for (let index = 1; index < 20; index++)
      bomb.push(
        `- &a${index} [${Array(50)
          .fill(`*a${index - 1}`)
          .join(', ')}]`,
      )
    const took = seconds(() => expect(errorsOf(`${bomb.join('\n')}\n`)).toContain('LOAD_NOT_AN_ITEM'))
    expect(took).toBeLessThan(5)
    const many = `- list: a\n  items: [&x y]\n${'- list: b\n  items: [*x, *x, *x, *x]\n'.repeat(300)}`
    expect(errorsOf(many)).toEqual(['LOAD_YAML_TOO_COMPLEX'])
  })

  test('YAML that nests', () => {
    const took = seconds(() => expect(errorsOf(`- list: a\n  items: ${'['.repeat(50_000)}`)).not.toEqual([]))
    expect(took).toBeLessThan(10)
  })

  test('problems', () => {
    const { diagnostics } = load(rule('proc.nmae = a').repeat(1) + '- hello\n'.repeat(3000))
    expect(diagnostics).toHaveLength(1001)
    expect(diagnostics.at(-1)?.message).toBe('2001 more problems are not shown')
  })
})

test('an evil pattern stays linear in the length of the text', () => {
  const holds = regex.compile(['(a+)+(b+)+(a|aa)*c'])
  const took = seconds(() => expect(holds('a'.repeat(200_000))).toBe(false))
  expect(took).toBeLessThan(5)
})

test('a pattern that would need a program of millions is refused at once', () => {
  const took = seconds(() => expect(errorsOf(rule('proc.cmdline regex "((a{1000}){1000}){1000}"'))).toEqual(['RULE_BAD_REGEX']))
  expect(took).toBeLessThan(5)
})
