/** The command line as a user meets it: `./tarsier` as a child process, without root and without the sensor. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ROOT, tarsier } from './tarsier.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const GOOD = file(
  'good.yaml',
  `- rule: Shadow read
  desc: Somebody read the password file.
  condition: evt.type in (open, openat) and fd.name = /etc/shadow
  output: read by %proc.name
  priority: WARNING
  tags: [T1003]
  tests:
    - { event: { evt.type: openat, fd.name: /etc/shadow }, match: true }
- rule: Any read of etc
  desc: A second one.
  condition: evt.type in (open, openat) and fd.name startswith /etc/
  output: opened %fd.name
  priority: INFO
`,
)

describe('the program itself', () => {
  test.each([['version'], ['--version'], ['-V']])('%s prints the version', (arg) => {
    expect(tarsier([arg])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^tarsier \d+\.\d+\.\d+/), stderr: '' })
  })

  test.each([
    ['nothing at all', [], /Usage: tarsier/],
    ['an unknown command', ['doctro'], /Did you mean doctor/],
    ['an unknown option', ['run', '--fromat'], /Did you mean --format/],
    ['a wrong value', ['run', '--ring', 'lots'], /lots must be an amount/],
    ['a wrong output', ['replay', 'x', '--output', 'flie:x'], /Did you mean file/],
  ])('%s is a wrong command line: exit code 2, and nothing on standard output', (_, args, says) => {
    expect(tarsier(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(says) })
  })

  test('runs from anywhere, through a link', () => {
    const link = join(folder, 'link')
    spawnSync('ln', ['-s', join(ROOT, 'tarsier'), link])
    expect(spawnSync(link, ['version'], { cwd: '/', encoding: 'utf8' })).toMatchObject({ status: 0 })
  })

  test('a reader that has had enough ends it quietly', () => {
    const { stdout, stderr, status } = spawnSync('bash', ['-c', `set -o pipefail; ${ROOT}tarsier fields | head -1`], { encoding: 'utf8' })
    expect([stdout.split('\n').length, stderr, status]).toEqual([2, '', 0])
  })

  test('a full disk behind standard output is said', () => {
    const { stderr, status } = spawnSync('bash', ['-c', `${ROOT}tarsier fields > /dev/full`], { encoding: 'utf8' })
    expect(stderr).toMatch(/ENOSPC|no space left/i)
    expect(status).toBe(4)
  })

  test('colours only where they are wanted', () => {
    expect(tarsier(['fields', 'fd.name']).stdout).not.toContain('\x1b')
    expect(tarsier(['fields', 'fd.name', '--color', 'always']).stdout).toContain('\x1b')
    expect(tarsier(['fields', 'fd.name'], { env: { ...process.env, FORCE_COLOR: '1', NO_COLOR: '' } }).stdout).toContain('\x1b')
  })

  test('doctor says what it found, as JSON, too', () => {
    const { code, stdout } = tarsier(['doctor', '--json'])
    const report = JSON.parse(stdout)
    expect(code).toBe(report.ready ? 0 : 3)
    for (const check of report.checks)
      expect(check).toMatchObject({ group: expect.any(String), name: expect.any(String), status: expect.any(String) })
  })
})

describe('fields', () => {
  test('lists those with a prefix', () => {
    const { code, stdout } = tarsier(['fields', 'proc.aname', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toContain('proc.aname')
  })

  test('says when there is none', () => {
    expect(tarsier(['fields', 'prco.'])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('did you mean proc.') })
  })
})

describe('rules', () => {
  test('check counts rules and runs their tests', () => {
    expect(tarsier(['rules', 'check', GOOD])).toMatchObject({ code: 0, stdout: expect.stringContaining('2 rules, 1 test passed') })
  })

  test('rules made in the console are checked with the others, and need not be there yet', () => {
    const state = mkdtempSync(join(folder, 'state-'))
    const managed = join(state, 'rules')
    const check = () => tarsier(['rules', 'check', managed, GOOD, '--state', state])
    expect(check()).toMatchObject({ code: 0, stdout: expect.stringContaining('2 rules') })
    mkdirSync(managed)
    expect(check()).toMatchObject({ code: 0, stdout: expect.stringContaining('2 rules') })
    writeFileSync(join(managed, 'shadow-read.yaml'), '- rule: Shadow read\n  enabled: false\n  override: { enabled: replace }\n')
    expect(check()).toMatchObject({ code: 0, stdout: expect.stringContaining('2 rules') })
    writeFileSync(join(managed, 'other.yaml'), '- rule: Other\n')
    expect(check().code).toBe(1)
    expect(tarsier(['rules', 'check', managed, GOOD]).code).toBe(1)
  })

  test('the shipped rules are without a mistake', () => {
    const { code, stdout } = tarsier(['rules', 'check', 'rules', '--json'])
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ ok: true, diagnostics: [], tests: { failed: [] } })
    expect(report.rules).toBeGreaterThanOrEqual(30)
    expect(code).toBe(0)
  })

  const BAD: readonly [sentence: string, content: string | Buffer, says: RegExp][] = [
    ['an unknown field', '- {rule: a, desc: b, condition: proc.nmae = x, output: c, priority: INFO}', /bad\.yaml:1:33[\s\S]*\^~+/],
    [
      'a cyclic macro',
      '- {macro: a, condition: b}\n- {macro: b, condition: a}\n- {rule: r, desc: d, condition: a, output: o, priority: INFO}',
      /error/,
    ],
    ['no YAML', '- {rule: ', /bad\.yaml:1:\d+/],
    ['bytes that are no UTF-8', Buffer.from([0x2d, 0x20, 0xff, 0xfe, 0x3a, 0x20, 0x80]), /bad\.yaml is not UTF-8/],
    [
      'an alias bomb',
      `- &a [x]\n${Array.from({ length: 40 }, (_, n) => `- &a${n} [*a${n === 0 ? '' : n - 1}, *a${n === 0 ? '' : n - 1}]`).join('\n')}`,
      /error|warning/,
    ],
    ['50 MB', `# ${'x'.repeat(50_000_000)}\n`, /bytes/],
    [
      'a test that fails',
      '- rule: a\n  desc: b\n  condition: evt.type = execve\n  output: c\n  priority: INFO\n  tests: [{event: {evt.type: openat}, match: true}]',
      /failed: a, test 1[\s\S]*does not match/,
    ],
  ]

  test.each(BAD)('check tells of %s, with its place, and ends with 1', (sentence, content, says) => {
    const { code, stdout, stderr } = tarsier(['rules', 'check', file('bad.yaml', content)])
    expect(stdout + stderr).toMatch(says)
    if (sentence !== 'an alias bomb') expect(code).toBe(1)
  })

  test('one bad rule does not stop the good ones, but does with --strict', () => {
    const bad = file('bad.yaml', '- {rule: a, desc: b, condition: proc.nmae = x, output: c, priority: INFO}')
    const events = file('e.jsonl', '{"evt.type":"openat","fd.name":"/etc/shadow"}\n')
    const args = ['rules', 'eval', '--rules', GOOD, bad, '--events', events]
    expect(tarsier(args)).toMatchObject({
      code: 1,
      stdout: '1: Shadow read, Any read of etc\n',
      stderr: expect.stringContaining('proc.nmae'),
    })
    expect(tarsier([...args, '--strict'])).toMatchObject({ code: 1, stdout: '' })
  })

  test('list shows what would run', () => {
    const { stdout } = tarsier(['rules', 'list', '--rules', GOOD, '--disable', '*', '--enable', 'tag:T1003', '--json'])
    expect(JSON.parse(stdout).map(({ rule, enabled, priority }: Record<string, unknown>) => [rule, enabled, priority])).toEqual([
      ['Shadow read', true, 'Warning'],
      ['Any read of etc', false, 'Informational'],
    ])
  })

  test('eval prints which rules match which line', () => {
    const input =
      '{"evt.type":"openat","fd.name":"/etc/shadow","proc.name":"cat"}\n\n{"evt.type":"openat","fd.name":"/tmp/x"}\n{"evt.type":"open","fd.name":"/etc/x"}'
    expect(tarsier(['rules', 'eval', '--rules', GOOD, '--events', '-'], { input })).toEqual({
      code: 0,
      stdout: '1: Shadow read, Any read of etc\n3: -\n4: Any read of etc\n',
      stderr: '',
    })
    const { stdout } = tarsier(['rules', 'eval', '--rules', GOOD, '--matching', 'first', '--json'], { input })
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))[0],
    ).toEqual({
      line: 1,
      rules: ['Shadow read'],
      matches: [{ rule: 'Shadow read', priority: 'Warning', output: 'read by cat' }],
    })
  })

  test('eval tells of broken lines and misspelt fields, and goes on', () => {
    const input = 'nope\n[1]\n{"evt.type":"openat","fd.nmae":"/etc/shadow"}\n{"evt.type":"openat","fd.name":"/etc/\\u001b[2Jx"}\n'
    const { code, stdout, stderr } = tarsier(['rules', 'eval', '--rules', GOOD, '--output'], { input })
    expect(code).toBe(1)
    expect(stdout).toBe('3: -\n4: Any read of etc\n    opened /etc/\\x1b[2Jx\n')
    expect(stderr).toMatch(/^-:1: not JSON.*\n-:2: not a JSON object\n-:3: warning: fd\.nmae is no field\n$/)
  })

  test('eval loses nothing to a slow reader', () => {
    const input = '{"evt.type":"openat","fd.name":"/etc/shadow"}\n'.repeat(200_000)
    const { stdout } = spawnSync('bash', ['-c', `${ROOT}tarsier rules eval --rules ${GOOD} --json | (sleep 1; wc -l)`], {
      input,
      encoding: 'utf8',
    })
    expect(Number(stdout)).toBe(200_000)
  })

  test.each([
    ['a file that is not there', ['rules', 'check', '/nowhere.yaml'], 'FILE_UNREADABLE'],
    ['events that are not there', ['rules', 'eval', '--rules', GOOD, '--events', '/nowhere'], 'FILE_UNREADABLE'],
    ['a folder without rules', ['rules', 'check', '/proc/self/task'], 'FILE_NONE_IN_FOLDER'],
    ['no recording', ['replay', GOOD], 'RECORDING_FOREIGN'],
    ['no rule that is on', ['replay', GOOD, '--disable', '*'], 'RULES_NONE'],
    ['an unknown rule to explain', ['replay', GOOD, '--rules', GOOD, '--explain', 'Shadow raed'], 'RULES_UNKNOWN'],
  ])('%s is said with its code; as JSON, too', (_, args, code) => {
    expect(tarsier(args)).toMatchObject({ code: 1, stderr: expect.stringContaining(`[${code}]`) })
    const { stderr } = tarsier([...args, '--json'])
    expect(JSON.parse(stderr).error).toMatchObject({ code, message: expect.any(String), fix: expect.any(String) })
  })
})
