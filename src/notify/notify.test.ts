import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { AppError } from '../lib/app-error.ts'
import type { LineSink } from '../lib/line-sink.ts'
import { createLog } from '../lib/log.ts'
import { openOutputs, prepareOutputs } from './notify.ts'
import type { OutputContext } from './output.ts'
import { parseOutputSpec } from './output-spec.ts'
import { OUTPUTS } from './outputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-notify-'))
afterAll(() => rmSync(folder, { recursive: true }))

function context() {
  const lines: string[] = []
  const logged: string[] = []
  const stdout: LineSink = {
    write: (text) => void lines.push(text),
    stats: () => ({ written: lines.length, dropped: 0, queuedBytes: 0, failed: false }),
    room: async () => {},
    close: async () => {},
  }
  const log = createLog({ write: (line) => logged.push(line), format: 'text', level: 'debug', colour: false, nowNs: () => 0 })
  const value: OutputContext = { stdout, colour: false, verbose: false, log, processId: 77 }
  return { value, lines, logged }
}

describe('every output', () => {
  test.each(OUTPUTS.flatMap((output) => output.examples.map((example) => [example.spec, output, example] as const)))(
    '%s',
    (_, output, example) => {
      const spec = parseOutputSpec(example.spec)
      expect(output.schemes).toContain(spec.scheme)
      expect(output.prepare(spec).config).toEqual(example.config)
    },
  )

  test.each(OUTPUTS.map((output) => [output.name, output] as const))('%s documents each of its settings', (_, output) => {
    for (const [name, setting] of Object.entries(output.schema.shape)) expect(setting.description, name).toMatch(/\w+.*\.$/)
  })

  test('schemes are not given twice', () => {
    const schemes = OUTPUTS.flatMap((output) => output.schemes)
    expect(new Set(schemes).size).toBe(schemes.length)
  })

  test('every file that defines one is in the list', () => {
    const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    const defining = files.filter((name) =>
      /^export const \w+ = defineOutput\(/m.test(readFileSync(join(import.meta.dirname, name), 'utf8')),
    )
    expect(defining.map((name) => name.replace('.ts', '')).sort()).toEqual(OUTPUTS.map((output) => output.name).sort())
  })
})

describe('--output', () => {
  const WRONG: readonly [sentence: string, spec: string, code: string, message: RegExp][] = [
    ['an empty text is none', '', 'OUTPUT_SPEC', /^ is no output$/],
    ['a path alone is none', '/var/log/x', 'OUTPUT_SPEC', /no output/],
    ['an unknown one gets a hint', 'flie:/x', 'OUTPUT_UNKNOWN', /Did you mean file\?/],
    ['an unknown setting gets a hint', 'file:/x?formt=json', 'OUTPUT_SETTING', /unknown setting formt, did you mean format\?/],
    ['a wrong value is refused', 'file:/x?format=xml', 'OUTPUT_SETTING', /format: /],
    ['a wrong amount is refused', 'file:/x?maxBytes=many', 'OUTPUT_SETTING', /maxBytes: must be an amount/],
    ['a file needs a path', 'file:', 'OUTPUT_SETTING', /path: a path must follow/],
    ['a port must be one', 'syslog://host:99999', 'OUTPUT_SETTING', /port: /],
    ['a transport must be one', 'syslog+sctp://host', 'OUTPUT_UNKNOWN', /syslog\+/],
    ['the terminal has no settings', 'terminal?x=1', 'OUTPUT_SETTING', /unknown setting x/],
  ]

  test.each(WRONG)('%s: %s', (_, spec, code, message) => {
    const prepare = () => prepareOutputs([spec])
    expect(prepare).toThrow(AppError)
    expect(prepare).toThrow(message)
    expect(prepare).toThrow(expect.objectContaining({ code }))
  })

  const SPECS: readonly [text: string, parsed: Partial<ReturnType<typeof parseOutputSpec>>][] = [
    ['FILE:a/../b%20c', { scheme: 'file', path: 'a/../b c', host: undefined }],
    ['file:100%', { path: '100%' }],
    ['file:///var/x?keep=2&format=text', { path: '/var/x', settings: { keep: '2', format: 'text' } }],
    ['syslog+tcp://[::1]:5514', { host: '::1', port: '5514', path: undefined }],
    ['syslog://host', { host: 'host', port: undefined }],
  ]

  test.each(SPECS)('%s is understood', (text, parsed) => {
    expect(parseOutputSpec(text)).toMatchObject(parsed)
  })
})

test('a file that cannot be is refused at start', () => {
  const { value } = context()
  expect(() => openOutputs(prepareOutputs([`file:${folder}/nowhere/x`]), value)).toThrow(
    expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' }),
  )
})

test('the same output given twice is opened once', () => {
  const { value, lines } = context()
  openOutputs(prepareOutputs(['json', 'json']), value).write(SAMPLE_FINDING)
  expect(lines).toHaveLength(1)
})

test('every output gets every finding, and each says what it did', async () => {
  const { value, lines } = context()
  const path = join(folder, 'findings.json')
  const notifier = openOutputs(prepareOutputs(['terminal', 'json', `file:${path}`, `file:${path}.txt?format=text`]), value)
  notifier.write(SAMPLE_FINDING)
  await notifier.close(2000)
  expect(lines[0]).toContain('Warning Read of a password file: Password file read')
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({ rule: SAMPLE_FINDING.rule, priority: 'Warning' })
  expect(readFileSync(path, 'utf8')).toBe(lines[1])
  expect(readFileSync(`${path}.txt`, 'utf8')).toMatch(/^2023-11-14T22:13:20\.123456Z Warning Read/)
  expect(notifier.stats()[2]).toEqual({ output: `file:${path}`, written: 1, dropped: 0 })
})

test('a full disk is said once and its losses are counted, the other outputs go on', async () => {
  const { value, lines, logged } = context()
  const notifier = openOutputs(prepareOutputs(['json', 'file:/dev/full?maxQueued=4k']), value)
  for (let n = 0; n < 50; n++) notifier.write(SAMPLE_FINDING)
  await new Promise((resolve) => setTimeout(resolve, 30))
  for (let n = 0; n < 50; n++) notifier.write(SAMPLE_FINDING)
  await notifier.close(50)
  expect(lines).toHaveLength(100)
  expect(logged.filter((line) => line.includes('/dev/full'))).toHaveLength(1)
  expect(logged[0]).toMatch(/error: cannot write findings to a file.*ENOSPC/)
  expect(notifier.stats()[1]).toEqual({ output: 'file:/dev/full?maxQueued=4k', written: 0, dropped: 100 })
})
