/** Sigma documents become rules that load, and do what the documents say. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { findTogether } from '../src/correlate/find-together.ts'
import { createEngine } from '../src/detect/engine.ts'
import { flatEvent } from '../src/detect/flat-event.ts'
import { flatVocabulary } from '../src/detect/flat-vocabulary.ts'
import type { FieldType, Vocabulary } from '../src/events/field.ts'
import { VOCABULARY } from '../src/events/fields.ts'
import { compileRule } from '../src/lang/compile-rule.ts'
import { renderDiagnostic } from '../src/lang/diagnostic.ts'
import { loadRules } from '../src/lang/load-rules.ts'
import { itemsOf, mapCondition } from '../src/sigma/detection.ts'
import { textOfExpression } from '../src/sigma/expression.ts'
import { importSigma, type SigmaFile } from '../src/sigma/import.ts'
import { base64Variants } from '../src/sigma/modifiers/base64-offset.ts'
import { MODIFIERS } from '../src/sigma/modifiers.ts'
import type { RecordMapping } from '../src/sigma/source.ts'
import { SOURCES } from '../src/sigma/sources.ts'
import { MAX_SIGMA_BYTES } from '../src/sigma/yaml-value.ts'

type Fields = Readonly<Record<string, unknown>>

interface Case {
  readonly name: string
  readonly sigma: string
  readonly rules: readonly string[]
  readonly matches?: readonly Fields[]
  readonly misses?: readonly Fields[]
  readonly found?: readonly Fields[]
  readonly silent?: readonly Fields[]
  readonly reasons?: readonly string[]
}

const CASES = parse(readFileSync(new URL('../src/sigma/cases/rules.yaml', import.meta.url), 'utf8')) as readonly Case[]
const settings = { vocabulary: VOCABULARY, sources: SOURCES, placeholders: new Map() }
const imported = (...files: readonly SigmaFile[]) => importSigma(files, settings)
const flat = flatVocabulary(VOCABULARY)

function loaded(text: string, vocabulary = VOCABULARY) {
  const { rules, diagnostics } = loadRules([{ path: 'sigma.yaml', text }], { vocabulary })
  expect(diagnostics.filter(({ severity }) => severity === 'error').map((one) => renderDiagnostic(one))).toEqual([])
  return rules
}

describe.each(CASES.map((one) => [one.name, one] as const))('%s', (_, one) => {
  const { text, outcomes } = imported({ path: 'case.yml', text: one.sigma })

  test('the rules, and why others are none', () => {
    expect(loaded(text).map(({ name }) => name)).toEqual(one.rules)
    expect(outcomes.flatMap(({ reason }) => reason?.kind ?? [])).toEqual(one.reasons ?? [])
  })

  test('what they match', () => {
    const engine = createEngine({ rules: loaded(text, flat) }, flat, { matching: 'all' })
    const matched = (fields: Fields): boolean => {
      let any = false
      engine.evaluate(flatEvent(fields, 1), () => (any = true))
      return any
    }
    for (const fields of one.matches ?? []) expect([fields, matched(fields)]).toEqual([fields, true])
    for (const fields of one.misses ?? []) expect([fields, matched(fields)]).toEqual([fields, false])
  })

  test('what they find in several events', () => {
    const rules = loaded(text, flat).filter(({ correlation }) => correlation !== undefined)
    const finds = (events: readonly Fields[]): boolean => {
      const given = events.map(({ at, ...fields }, index) =>
        flatEvent({ ...fields, 'evt.rawtime': String(Number.parseFloat(String(at)) * 1e9) }, index + 1),
      )
      return rules.some((rule) => findTogether(compileRule(rule, flat), given).length > 0)
    }
    if (one.found !== undefined) expect(finds(one.found)).toBe(true)
    if (one.silent !== undefined) expect(finds(one.silent)).toBe(false)
  })
})

/** Fields that the examples of modifiers speak of, by their types. */
const EXAMPLE_TYPES: Readonly<Record<string, FieldType>> = {
  'f.x': 'string',
  'f.y': 'string',
  'f.n': 'number',
  'f.net': 'net',
  'f.ip': 'ip',
}
const exampleVocabulary = { field: (name: string) => ({ name, type: EXAMPLE_TYPES[name] }) } as unknown as Vocabulary

test.each([...new Set(MODIFIERS.values())].flatMap(({ name, examples }) => examples.map((example) => [name, example] as const)))(
  'the modifier %s of $value',
  (name, { value, condition }) => {
    const field = Object.keys(EXAMPLE_TYPES).find((one) => condition.includes(`${one} `)) ?? 'f.x'
    const written = value === 'true' ? true : value === 'false' ? false : value
    const items = itemsOf(new Map([[`${field}|${name}`, written]]))
    const record: RecordMapping = { base: '', keywords: [], fields: {}, output: '' }
    const checks = { vocabulary: exampleVocabulary, fieldsOf: (to: string) => ({ to: [to] }) }
    expect(textOfExpression(mapCondition(items, { record, checks, placeholders: new Map(), note: () => undefined }))).toBe(condition)
  },
)

test('base64offset finds a text wherever it begins in what was encoded', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4, maxLength: 20 }), fc.nat(9), fc.nat(9), (text, before, behind) => {
      const encoded = Buffer.from(`${'x'.repeat(before)}${text}${'y'.repeat(behind)}`).toString('base64')
      expect(base64Variants(text).some((variant) => encoded.includes(variant))).toBe(true)
    }),
    { numRuns: Number(process.env.TARSIER_PROPERTY_RUNS ?? 200) },
  )
})

test('any text that an argument can have comes through as it is', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }).filter((text) => !text.includes('\0')),
      (value) => {
        const escaped = value.replace(/[\\*?]/g, '\\$&')
        const document = {
          title: 'T',
          logsource: { category: 'process_creation', product: 'linux' },
          detection: { s: { 'CommandLine|contains|cased': escaped }, condition: 's' },
        }
        const rules = loaded(imported({ path: 'x.yml', text: JSON.stringify(document) }).text, flat)
        const engine = createEngine({ rules }, flat, { matching: 'all' })
        let matched = 0
        engine.evaluate(flatEvent({ 'evt.type': 'execve', 'evt.rawres': 0, 'proc.exeline': `a ${value} b` }, 1), () => matched++)
        expect(matched).toBe(1)
      },
    ),
    { numRuns: Number(process.env.TARSIER_PROPERTY_RUNS ?? 100) },
  )
})

test.each([
  ['is no YAML', ': : :\n  - [', /not YAML/],
  ['is nested deep', '['.repeat(20_000), /deep|not YAML/],
  ['is too large', `a: ${'x'.repeat(MAX_SIGMA_BYTES)}`, /larger than/],
  ['follows itself', `a: &a [${'*a, '.repeat(10)}]`, /anchor|not YAML|nested/],
  [
    'grows without end',
    `${['a: &a0 [x, x]', ...Array.from({ length: 30 }, (_, n) => `b${n}: &a${n + 1} [*a${n}, *a${n}]`)].join('\n')}`,
    /more than|nested/,
  ],
])('a file that %s is told in one reason', (_, text, why) => {
  const { text: rules, outcomes } = imported({ path: 'bad.yml', text })
  expect(rules).toBe('')
  expect(outcomes[0]?.reason?.text).toMatch(why)
})

/** Not part of this repository: TARSIER_SIGMA_RULES names a folder with them (`rules/linux` of a checkout of SigmaHQ/sigma). */
const folder = process.env.TARSIER_SIGMA_RULES

describe.skipIf(folder === undefined || !existsSync(folder))(
  'the public rules (skipped: TARSIER_SIGMA_RULES names no folder with them)',
  () => {
    test('are compiled, or have one reason why not, and load together', () => {
      const files = filesBelow(folder as string)
      const { text, outcomes } = imported(...files)
      expect(outcomes.length).toBeGreaterThanOrEqual(files.length)
      for (const { result, reason } of outcomes) expect(reason === undefined).toBe(result !== 'not compiled')
      const compiled = outcomes.filter(({ result }) => result === 'compiled').length
      expect(compiled / outcomes.length).toBeGreaterThan(0.8)
      expect(loaded(text)).toHaveLength(compiled)
    })
  },
)

function filesBelow(path: string): readonly SigmaFile[] {
  if (!statSync(path).isDirectory()) return path.endsWith('.yml') ? [{ path, text: readFileSync(path, 'utf8') }] : []
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)))
}
