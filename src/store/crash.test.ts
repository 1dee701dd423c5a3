import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { checkStore } from './check-store.ts'
import { EVENTS_PER_BATCH, FINDINGS_PER_BATCH, SPOOL } from './conformance/crash-batches.ts'
import { ALWAYS, START_NS } from './conformance/samples.ts'
import { openStore } from './embedded.ts'

const WRITER = fileURLToPath(new URL('conformance/crash-writer.ts', import.meta.url))
const ROUNDS = 6
const MOST_LINES = 150
const MOST_DELAY_MS = 25

interface Acknowledged {
  readonly findings: number
  readonly history: number
}

/** Lets the writer run until it acknowledged so many batches, waits a moment, and kills it. Returns the last it acknowledged of each. */
async function killedWriter(folder: string, lines: number, delayMs: number): Promise<Acknowledged> {
  const child = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  const enough = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (printed.split('\n').length > lines) resolve()
    })
  })
  const ended = once(child, 'close')
  await Promise.race([enough, ended])
  await sleep(delayMs)
  child.kill('SIGKILL')
  const [, signal] = (await ended) as [unknown, string]
  expect([signal, complaints]).toEqual(['SIGKILL', ''])
  const last = (stream: string): number => Number([...printed.matchAll(new RegExp(`^${stream} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? 0)
  return { findings: last('findings'), history: last('history') }
}

test('what was acknowledged is there after kill -9 at any moment, and nothing is there twice', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-crash-'))
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const acknowledged = await killedWriter(folder, 1 + Math.random() * MOST_LINES, Math.random() * MOST_DELAY_MS)
      const store = await openStore({ folder, nowNs: () => START_NS })
      try {
        const positions = { findings: store.state.position('findings', SPOOL), history: store.history.position(SPOOL) }
        expect(positions.findings).toBeGreaterThanOrEqual(acknowledged.findings)
        expect(positions.history).toBeGreaterThanOrEqual(acknowledged.history)
        expect(store.state.findings.count({})).toBe(positions.findings * FINDINGS_PER_BATCH)
        expect(store.state.incidents.get('one')?.findings).toBe(positions.findings * FINDINGS_PER_BATCH)
        const events = await store.history.list({ range: ALWAYS, filter: { op: 'true' } }, { limit: 1_000_000, cursor: undefined })
        expect(events.items.length).toBe(positions.history * EVENTS_PER_BATCH)
        expect(new Set(events.items.map(({ id }) => id)).size).toBe(events.items.length)
      } finally {
        await store.close()
      }
    }
    expect((await checkStore(folder)).filter(({ ok }) => !ok)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
