import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { SavedState } from '../correlate/correlator.ts'
import { openRuleMemory } from './rule-memory.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-memory-'))
const state: SavedState = new Map([['r', { form: 'proc.name', keys: [['a\0b', 1, 5, [['x', 5]]]] }]])

afterAll(() => rmSync(folder, { recursive: true }))

function memory(path: string) {
  const said: string[] = []
  const opened = openRuleMemory(path, { warning: (text, facts) => said.push(`${text}: ${String(facts?.reason)}`) })
  return { ...opened, said }
}

test('what was written is read, by nobody but its owner', () => {
  const path = join(folder, 'new', 'state')
  memory(path).write(state)
  expect(memory(path).saved).toEqual(state)
  expect(statSync(join(path, 'first-seen.json')).mode & 0o777).toBe(0o600)
  expect(readdirSync(path)).toEqual(['first-seen.json'])
})

test('where there is nothing to write, nothing is written', () => {
  const path = join(folder, 'none')
  memory(path).write(new Map())
  expect(memory(path)).toMatchObject({ saved: new Map(), said: [] })
  expect(readdirSync(folder)).not.toContain('none')
})

test.each([
  ['{"version":1,"rules":[{"rule":"r"', 'JSON'],
  ['{"version":1,"rules":[{"rule":"r","form":"f","keys":[["a",-1,2,[]]]}]}', 'not what was written'],
  ['{"version":2,"rules":[]}', 'not what was written'],
])('a damaged file is said, and they learn anew: %s', (text, reason) => {
  writeFileSync(join(folder, 'first-seen.json'), text)
  const { saved, said } = memory(folder)
  expect(saved).toEqual(new Map())
  expect(said).toHaveLength(1)
  expect(said[0]).toContain(reason)
})

test('what cannot be written is said once', () => {
  const path = join(folder, 'file')
  writeFileSync(path, '')
  chmodSync(path, 0o400)
  const { write, said } = memory(path)
  expect(said).toHaveLength(1)
  write(state)
  write(state)
  expect(said).toHaveLength(2)
})
