/** Benign work in real sandboxes: what fires is counted, what fails is no silence. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { NoiseReport } from '../../src/findings/noise-report.ts'
import { ROOT } from '../tarsier.ts'
import { cannotObserve } from './observe.ts'

const reason = cannotObserve()
const folder = mkdtempSync(join(tmpdir(), 'tarsier-noise-'))
const rules = join(folder, 'rules')
const file = join(folder, 'noise.json')

beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})
afterAll(() => rmSync(folder, { recursive: true }))

function workload(name: string, run: string, more: object = {}): void {
  writeFileSync(join(folder, `${name}.yaml`), JSON.stringify({ name, doc: 'A test.', run, ...more }))
}

function noise(priority: string, ...names: readonly string[]) {
  const condition = 'evt.type in (open, openat, openat2) and fd.name = /etc/shadow and evt.rawres >= 0'
  const rule = { rule: 'Shadow', desc: 'A test.', condition, output: '%fd.name', priority, noise: 'It is a test.' }
  writeFileSync(rules, JSON.stringify([rule]))
  const args = ['noise', ...names, '--rules', rules, '--workloads', folder, '--report', file, '--json']
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'tarsier'), args, { encoding: 'utf8', cwd: ROOT, timeout: 60_000 })
  if (stdout === '') throw new Error(stderr)
  return { status, report: JSON.parse(stdout) as NoiseReport }
}

test('what work sets off is counted by rule; a warning makes the exit code 1, a notice does not', () => {
  workload('loud', 'cat /etc/shadow >/dev/null; cat /etc/shadow >/dev/null')
  workload('silent', 'cat /etc/passwd >/dev/null')
  const { status, report } = noise('WARNING', 'loud', 'silent')
  expect(status).toBe(1)
  expect(report.workloads.map(({ workload: name, result, findings }) => [name, result, findings[0]?.count ?? 0])).toEqual([
    ['loud', 'ran', 2],
    ['silent', 'ran', 0],
  ])
  expect(report.byRule).toMatchObject([{ rule: 'Shadow', count: 2, workloads: ['loud'], explanation: 'It is a test.' }])
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ kernel: expect.any(String), byRule: [{ rule: 'Shadow' }] })
  expect(noise('NOTICE', 'loud').status).toBe(0)
})

test('work that fails is broken and an error; what its programs lack is skipped', () => {
  workload('failing', 'cat /nonesuch')
  workload('later', 'true')
  workload('lacking', 'true', { needs: ['nonesuch'] })
  const { status, report } = noise('NOTICE', 'failing', 'later')
  expect(status).toBe(1)
  expect(report.workloads).toMatchObject([{ workload: 'failing', result: 'broken', reason: expect.stringContaining('No such file') }])
  expect(report.left).toBe(1)
  const skipped = noise('NOTICE', 'lacking')
  expect(skipped.report.workloads).toMatchObject([{ result: 'skipped', reason: 'not installed: nonesuch' }])
})
