/** CEF and LEEF, read back as their receivers read them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../findings/finding.ts'
import { SAMPLE_FINDING } from '../../findings/sample-finding.ts'
import { clipLine } from '../clip.ts'
import { UNSAFE } from '../http/sample-hostile.ts'
import { cefLine } from './cef.ts'
import { leefLine } from './leef.ts'
import { SAMPLE_FINDINGS } from './sample-findings.ts'

interface Read {
  readonly header: readonly string[]
  readonly values: Readonly<Record<string, string>>
}

/** A bar behind a backslash does not end a header field; a key begins at the start or after a blank, and ends at a bare equals sign. */
function readCef(line: string): Read {
  const parts = [...line.matchAll(/((?:\\.|[^\\|])*)(?:\||$)/g)].slice(0, 7)
  const at = parts.reduce((sum, [whole]) => sum + whole.length, 0)
  const keys = [...line.slice(at).matchAll(/(?:^| )([A-Za-z][A-Za-z0-9]*)=/g)]
  const extension = line.slice(at)
  const values = keys.map(({ 0: whole, 1: key = '', index }, n) => {
    const value = extension.slice(index + whole.length, keys[n + 1]?.index)
    return [key, value.replace(/\\(.)/gs, (_, next: string) => ({ n: '\n', r: '\r' })[next] ?? next)] as const
  })
  return { header: parts.map(([, text = '']) => text.replace(/\\(.)/g, '$1')), values: Object.fromEntries(values) }
}

/** The sixth field is the delimiter; no escapes. */
function readLeef(line: string): Read {
  const fields = line.split('|')
  const header = fields.slice(0, 6)
  const pairs = fields
    .slice(6)
    .join('|')
    .split(header[5] ?? '')
  return { header, values: Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])) }
}

const CEF_MAX: Readonly<Record<string, number>> = {
  externalId: 40,
  dvchost: 100,
  msg: 1023,
  sproc: 1023,
  suser: 1023,
  filePath: 1023,
  cat: 1023,
  cs1: 4000,
}

/** What somebody may try to write into a line: its own separators first of all. */
const hostile = fc.string({
  unit: fc.constantFrom(
    '\\',
    '|',
    '=',
    '^',
    ' ',
    '\n',
    '\r',
    '\t',
    'a',
    'msg=',
    ' dst=1',
    '\u202e',
    '\udc80',
    '😀',
    '\\|',
    '\\n',
    'LEEF:2.0|',
    'CEF:0|',
  ),
  maxLength: 60,
})

const findings = fc.record({ rule: hostile, output: hostile, hostname: hostile, file: hostile, cmdline: hostile }).map(
  ({ rule, output, hostname, file, cmdline }): Finding => ({
    ...SAMPLE_FINDING,
    rule,
    output,
    hostname,
    object: { file, ip: undefined, port: undefined },
    lineage: [{ pid: 1, startNs: 1, name: 'x', exePath: '/x', cmdline, user: 'u' }],
  }),
)

/** As it is shown: blanks at the ends are the separators’ neighbours, and receivers take them away. */
const shown = (text: string, max: number): string | undefined => (text === '' ? undefined : clipLine(text, max))

describe('CEF', () => {
  test('the sample is written as the format says', () => {
    expect(cefLine(SAMPLE_FINDING)).toMatch(
      /^CEF:0\|Tarsier\|Tarsier\|[\d.]+\|Read of a password file\|Read of a password file\|5\|rt=1700000000123 externalId=01-0001-00000042 dvchost=web-1 cat=credential_access,host cnt=1 msg=Password file read \(file\\=\/etc\/shadow process\\=odd command\\=odd \/etc\/shadow user\\=root\) sproc=\/tmp\/odd spid=1234 suser=root filePath=\/etc\/shadow cs1=odd \/etc\/shadow cs1Label=commandLine cs2=-bash cs2Label=parentCommandLine cs6=T1003.008 cs6Label=attack$/,
    )
  })

  test('whatever is written, a receiver reads the same, and nothing else', () => {
    fc.assert(
      fc.property(findings, (finding) => {
        const line = cefLine(finding)
        const { header, values } = readCef(line)
        expect(header.slice(4, 7)).toEqual([clipLine(finding.rule, 512), clipLine(finding.rule, 512), '5'])
        expect(values.msg).toBe(shown(finding.output, 1023))
        expect(values.dvchost).toBe(shown(finding.hostname, 100))
        expect(values.filePath).toBe(shown(finding.object?.file ?? '', 1023))
        expect(values.cs1).toBe(shown(finding.lineage[0]?.cmdline ?? '', 4000))
        expect(values.dst).toBeUndefined()
      }),
      { numRuns: 300 },
    )
  })

  test.each(SAMPLE_FINDINGS)('%s is one safe line, each value within its length', (_, finding) => {
    const line = cefLine(finding)
    expect(line).not.toMatch(UNSAFE)
    const { header, values } = readCef(line)
    expect(header).toHaveLength(7)
    expect(Number(header[6])).toBeGreaterThanOrEqual(0)
    expect(Number(header[6])).toBeLessThanOrEqual(10)
    for (const [key, max] of Object.entries(CEF_MAX)) expect(values[key]?.length ?? 0, key).toBeLessThanOrEqual(max)
  })

  test('an address of IPv6 stands in a field of its own', () => {
    const [, pod] = SAMPLE_FINDINGS[1] ?? []
    expect(readCef(cefLine(pod as Finding)).values).toMatchObject({ c6a3: '2001:db8::7', dpt: '443', cs5: 'llm/worker-0' })
  })
})

describe('LEEF', () => {
  test('the sample is written as the format says', () => {
    expect(leefLine(SAMPLE_FINDING)).toMatch(
      /^LEEF:2\.0\|Tarsier\|Tarsier\|[\d.]+\|Read of a password file\|\^\|devTime=1700000000123\^sev=6\^cat=credential_access,host\^usrName=root\^resource=web-1\^msg=Password file read /,
    )
  })

  test('whatever is written, a receiver reads the same but for the delimiter, and nothing else', () => {
    const written = (text: string, max: number) => shown(text, max)?.replaceAll('^', '\\x5e')
    fc.assert(
      fc.property(findings, (finding) => {
        const { header, values } = readLeef(leefLine(finding))
        expect(header[4]).toBe(clipLine(finding.rule, 512).replaceAll('|', '\\x7c').replaceAll('^', '\\x5e'))
        expect(values.msg).toBe(written(finding.output, 4096))
        expect(values.identHostName).toBe(written(finding.hostname, 255))
        expect(values.commandLine).toBe(written(finding.lineage[0]?.cmdline ?? '', 4096))
        expect(Object.keys(values)).not.toContain('dst')
      }),
      { numRuns: 300 },
    )
  })

  test.each(SAMPLE_FINDINGS)('%s is one safe line of bounded length', (_, finding) => {
    const line = leefLine(finding)
    expect(line).not.toMatch(UNSAFE)
    expect(line.length).toBeLessThan(32_768)
    const { values } = readLeef(line)
    expect(Number(values.sev)).toBeGreaterThanOrEqual(1)
    expect(Number(values.sev)).toBeLessThanOrEqual(10)
  })
})
