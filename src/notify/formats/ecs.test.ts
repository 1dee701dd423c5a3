/** Documents are held against the list of fields of the schema (schema/ecs-9.4.0.json: see NOTICE there). */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { expect, test } from 'vitest'
import { safeJson } from '../../lib/escape.ts'
import { UNSAFE } from '../http/sample-hostile.ts'
import { ecsDocument } from './ecs.ts'
import { SAMPLE_FINDINGS } from './sample-findings.ts'

interface Facts {
  readonly version: string
  readonly kind: readonly string[]
  readonly type: readonly string[]
  /** With the types that go with each. */
  readonly category: Readonly<Record<string, readonly string[]>>
  /** Type of each field, with [] where it is a list. */
  readonly fields: Readonly<Record<string, string>>
}
const facts = JSON.parse(readFileSync(new URL('schema/ecs-9.4.0.json', import.meta.url), 'utf8')) as Facts

/** Dotted names and values; ours, below `tarsier`, left out. */
function fieldsOf(value: Readonly<Record<string, unknown>>, prefix = ''): (readonly [name: string, value: unknown])[] {
  return Object.entries(value).flatMap(([key, member]) => {
    const name = prefix + key
    if (name === 'tarsier') return []
    const isObject = typeof member === 'object' && member !== null && !Array.isArray(member)
    return isObject ? fieldsOf(member as Readonly<Record<string, unknown>>, `${name}.`) : [[name, member] as const]
  })
}

const RIGHT: Readonly<Record<string, (value: unknown) => boolean>> = {
  keyword: (value) => typeof value === 'string',
  wildcard: (value) => typeof value === 'string',
  match_only_text: (value) => typeof value === 'string',
  long: (value) => Number.isSafeInteger(value),
  date: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  ip: (value) => typeof value === 'string' && isIP(value) !== 0,
}

function problemsOf(document: Readonly<Record<string, unknown>>): string[] {
  return fieldsOf(document).flatMap(([name, value]) => {
    const type = facts.fields[name]
    if (type === undefined) return [`${name} is no field`]
    const isRight = RIGHT[type.replace('[]', '')] ?? (() => false)
    const values = Array.isArray(value) ? value : [value]
    return values.every(isRight) ? [] : [`${name} is no ${type}: ${String(value)}`]
  })
}

test.each(SAMPLE_FINDINGS)('%s is a document whose every field is one of the schema, with a value of its type', (_, finding) => {
  const line = safeJson(ecsDocument(finding))
  expect(line).not.toMatch(UNSAFE)
  const document = JSON.parse(line) as Readonly<Record<string, never>>
  expect(problemsOf(document)).toEqual([])
  const { kind, category, type } = document.event as unknown as { kind: string; category: readonly string[]; type: readonly string[] }
  expect(facts.kind).toContain(kind)
  for (const one of category) for (const each of type) expect(facts.category[one]).toContain(each)
  expect((document.ecs as unknown as { version: string }).version).toBe(facts.version)
})

test('the check of the fields finds what is wrong', () => {
  expect(problemsOf({ process: { pid: 'x', nmae: 'x' }, destination: { ip: 'x' } })).toEqual([
    'process.pid is no long: x',
    'process.nmae is no field',
    'destination.ip is no ip: x',
  ])
})

test('techniques and those below them are told apart, in ATLAS too', () => {
  const [, pod] = SAMPLE_FINDINGS[1] ?? []
  expect(ecsDocument(pod as never).threat).toEqual({
    framework: 'MITRE ATT&CK',
    technique: { id: ['T1048', 'AML.T0024', 'AML.T0051'], subtechnique: { id: ['T1048.003', 'AML.T0051.000'] } },
  })
})
