/** Events are held against the official schema of their class (schema/ocsf-1.8.0.json: see NOTICE there). */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { UNSAFE } from '../http/sample-hostile.ts'
import { ocsfJson } from './ocsf.ts'
import { SAMPLE_FINDINGS } from './sample-findings.ts'

interface Attribute {
  readonly type?: string
  readonly object?: string
  readonly array?: boolean
  readonly requirement: 'required' | 'recommended' | 'optional'
  readonly enum?: Readonly<Record<string, string>>
  readonly profile?: string
  readonly sibling?: string
  readonly deprecated?: boolean
}
interface Shape {
  readonly attributes: Readonly<Record<string, Attribute>>
  readonly constraints?: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] }
  readonly profiles?: readonly string[]
}
interface Type {
  readonly type?: string
  readonly regex?: string
  readonly max_len?: number
  readonly range?: readonly [number, number]
}
interface Schema {
  readonly version: string
  readonly class: Shape
  readonly objects: Readonly<Record<string, Shape>>
  readonly types: Readonly<Record<string, Type>>
}
type Members = Readonly<Record<string, unknown>>

const schema = JSON.parse(readFileSync(new URL('schema/ocsf-1.8.0.json', import.meta.url), 'utf8')) as Schema

/** What is wrong with the event, each with its place; empty when it is valid. */
function problemsOf(event: Members): string[] {
  const profiles = ((event.metadata as Members | undefined)?.profiles ?? []) as readonly string[]
  const known = new Set([...(schema.class.profiles ?? []), ...Object.values(schema.objects).flatMap((one) => one.profiles ?? [])])
  return [
    ...profiles.filter((name) => !known.has(name)).map((name) => `profile ${name}`),
    ...shapeProblems(event, schema.class, '', profiles),
  ]
}

function shapeProblems(value: Members, shape: Shape, at: string, profiles: readonly string[]): string[] {
  const isOn = ({ profile }: Attribute): boolean => profile === undefined || profiles.includes(profile)
  const missing = Object.entries(shape.attributes).filter(([name, one]) => one.requirement === 'required' && isOn(one) && !(name in value))
  const { at_least_one: some, just_one: just } = shape.constraints ?? {}
  return [
    ...missing.map(([name]) => `${at}.${name} is missing`),
    ...(some && !some.some((name) => name in value) ? [`${at} has none of ${some}`] : []),
    ...(just && just.filter((name) => name in value).length !== 1 ? [`${at} has not one of ${just}`] : []),
    ...Object.entries(value).flatMap(([name, member]) => {
      const one = shape.attributes[name]
      if (one === undefined || !isOn(one)) return [`${at}.${name} is unknown`]
      return [
        ...(one.deprecated ? [`${at}.${name} is deprecated`] : []),
        ...siblingProblems(value, name, one, at),
        ...memberProblems(member, one, `${at}.${name}`, profiles),
      ]
    }),
  ]
}

/** The text beside a number says what the number means. */
function siblingProblems(value: Members, name: string, { sibling, enum: allowed }: Attribute, at: string): string[] {
  const beside = sibling === undefined ? undefined : value[sibling]
  if (beside === undefined || name === 'type_uid') return []
  return allowed?.[String(value[name])] === beside ? [] : [`${at}.${sibling} is ${beside}`]
}

function memberProblems(value: unknown, one: Attribute, at: string, profiles: readonly string[]): string[] {
  if (one.array !== undefined) {
    if (!Array.isArray(value)) return [`${at} is no list`]
    return value.flatMap((item, n) => memberProblems(item, { ...one, array: undefined } as unknown as Attribute, `${at}[${n}]`, profiles))
  }
  if (one.enum && typeof value === 'number' && !(String(value) in one.enum)) return [`${at} is ${value}, none of its values`]
  if (one.object === undefined) return typeProblems(value, one.type ?? '', at)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no object`]
  if (one.object === 'object') return []
  const shape = schema.objects[one.object]
  return shape === undefined
    ? [`${at}: the object ${one.object} is not in the schema file`]
    : shapeProblems(value as Members, shape, at, profiles)
}

function typeProblems(value: unknown, name: string, at: string): string[] {
  const type = schema.types[name]
  if (type === undefined) return [`${at} has the unknown type ${name}`]
  const base = type.type ?? name
  const isRight = {
    string_t: typeof value === 'string',
    integer_t: Number.isInteger(value),
    long_t: Number.isSafeInteger(value),
    float_t: typeof value === 'number',
    boolean_t: typeof value === 'boolean',
    json_t: true,
  }[base]
  if (isRight !== true) return [`${at} is no ${name}`]
  if (type.regex !== undefined && !new RegExp(type.regex).test(String(value))) return [`${at} is no ${name}: ${value}`]
  if (type.max_len !== undefined && String(value).length > type.max_len) return [`${at} is too long`]
  if (type.range !== undefined && (Number(value) < type.range[0] || Number(value) > type.range[1])) return [`${at} is out of range`]
  return []
}

const eventOf = (index: number): Members => JSON.parse(ocsfJson(SAMPLE_FINDINGS[index]?.[1] as never)) as Members

test.each(SAMPLE_FINDINGS)('%s is a valid Detection Finding', (_, finding) => {
  const line = ocsfJson(finding)
  expect(line).not.toMatch(UNSAFE)
  expect(line.length).toBeLessThan(200_000)
  const event = JSON.parse(line) as Members
  expect(problemsOf(event)).toEqual([])
  expect((event.metadata as Members).version).toBe(schema.version)
})

test('the check of the schema finds what is wrong', () => {
  const event = eventOf(1)
  const { evidences, ...rest } = event
  const [first] = evidences as readonly Members[]
  const wrong: readonly (readonly [Members, RegExp])[] = [
    [{ ...event, severity_id: 7 }, /severity_id is 7/],
    [{ ...event, severity: 'Low' }, /severity is Low/],
    [{ ...event, time: 1.5 }, /time is no timestamp_t/],
    [{ ...event, surprise: 1 }, /surprise is unknown/],
    [{ ...event, action_id: 1 }, /action_id is unknown/],
    [{ ...rest, finding_info: {} }, /finding_info.uid is missing/],
    [{ ...event, evidences: {} }, /evidences is no list/],
    [{ ...event, evidences: [{ name: 'x' }] }, /has none of actor/],
    [{ ...event, evidences: [{ ...first, dst_endpoint: { ip: 'x', port: 70_000 } }] }, /ip is no ip_t/],
  ]
  for (const [one, problem] of wrong) expect(problemsOf(one).join('; ')).toMatch(problem)
})

test('a finding of a pod says who, where and what by the names of the class', () => {
  expect(eventOf(1)).toMatchObject({
    class_uid: 2004,
    type_uid: 200_401,
    time: 1_700_000_000_123,
    severity_id: 5,
    confidence_id: 3,
    count: 3,
    metadata: { uid: '01-0001-00000043', labels: ['credential_access', 'host'] },
    finding_info: {
      title: 'Model file sent away',
      attacks: [
        { technique: { uid: 'T1048' }, sub_technique: { uid: 'T1048.003' } },
        { technique: { uid: 'T1048' } },
        { technique: { uid: 'AML.T0024' } },
        { technique: { uid: 'AML.T0051' }, sub_technique: { uid: 'AML.T0051.000' } },
      ],
    },
    device: { hostname: 'web-1' },
    evidences: [
      {
        actor: {
          process: { pid: 1234, uid: '1234@81000000000', file: { name: 'odd', path: '/tmp/odd' }, parent_process: { pid: 900 } },
          user: { name: 'root' },
        },
        container: {
          uid: '3f5a9c1b2d4e',
          image: { uid: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
          pod_uuid: '0d4c3a6e-6d0f-4a35-9d7e-5d0f7e1c2b3a',
        },
        dst_endpoint: { ip: '2001:db8::7', port: 443 },
      },
    ],
    unmapped: { priority: 'critical', output_fields: { 'fd.name': '/etc/shadow' }, pod_name: 'worker-0', pod_namespace: 'llm' },
  })
})
