/** Verdicts on processes, end to end: who keeps sending what matches nothing is no longer heard, until a fact of it changes. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RunningTarsier, startTarsier } from '../tarsier.ts'
import { cannotObserve } from './observe.ts'

const reason = cannotObserve()
let folder = ''
let agent: RunningTarsier

beforeEach(async ({ skip }) => {
  if (reason !== undefined) skip(reason)
  folder = mkdtempSync(join(tmpdir(), 'tarsier-verdicts-'))
  copyFileSync('/usr/bin/touch', join(folder, 'wanted'))
  const condition = `evt.type in (open, openat, creat) and evt.is_open_write = true and fd.name startswith ${folder}/f and proc.exepath endswith /wanted`
  const rules = join(folder, 'rules.yaml')
  writeFileSync(rules, JSON.stringify([{ rule: 'Wanted', desc: 'A test.', condition, output: 'opened %fd.name', priority: 'NOTICE' }]))
  agent = await startTarsier(['run', '--rules', rules, '--format', 'json'])
})
afterEach(async () => {
  await agent?.stop('SIGKILL')
  if (folder !== '') rmSync(folder, { recursive: true, force: true })
})

const FILES = 4000
/** Makes files, each of which passes the filters by its path, with pauses in which the verdict can arrive. */
const loop = `i=0; while [ $i -lt ${FILES} ]; do : > ./f$i; i=$((i+1)); [ $((i % 100)) -eq 0 ] && sleep 0.05; done`

const numberOf = (text: string, name: string): number => Number(new RegExp(`${name}=(\\d+)`).exec(text)?.[1])

test('the same process is heard again once it runs another program', async () => {
  const { status } = spawnSync('sh', ['-c', `${loop}; exec ./wanted ./found`], { cwd: folder })
  expect(status).toBe(0)
  await agent.finding(({ rule, output }) => rule === 'Wanted' && output.includes(`${folder}/found`))
  const { stderr } = await agent.stop()
  const account = stderr.split('tarsier: stopped').at(-1) ?? ''
  const opens = numberOf(account, 'events')
  expect(numberOf(account, 'verdicts')).toBeGreaterThan(0)
  expect(opens).toBeGreaterThan(0)
  // Without a verdict every one of them would have been sent.
  expect(opens).toBeLessThan(FILES / 2)
}, 60_000)
