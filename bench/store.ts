/**
 * The store under load: how fast it takes events and findings in, how much room they need, and how long people wait for answers.
 * Prints Markdown. Run: node bench/store.ts [--events 5000000] [--findings 50000] [--days 7] [--rounds 15] [--folder DIR] [--keep] [--now]
 * With --folder an existing store is asked, and nothing is loaded. With --now it ends at present, so that a server can show it.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { formatBytes, formatCount } from '../src/lib/quantity.ts'
import { openStore } from '../src/store/embedded.ts'
import type { Store } from '../src/store/store.ts'
import { createNumbers, END_NS, madeEvent, madeFinding, madeIncident, madeRecords } from './made-store.ts'
import { percentile } from './statistics.ts'
import { historyQuestions, type Question, stateQuestions } from './store-questions.ts'

const EVENTS_PER_BATCH = 2000
const FINDINGS_PER_BATCH = 250
const FINDINGS_PER_INCIDENT = 25

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    findings: { type: 'string', default: '50000' },
    days: { type: 'string', default: '7' },
    rounds: { type: 'string', default: '15' },
    folder: { type: 'string' },
    keep: { type: 'boolean', default: false },
    now: { type: 'boolean', default: false },
  },
})
const events = Number(values.events)
const findings = Number(values.findings)
const endNs = values.now ? Date.now() * 1e6 : END_NS
const startNs = endNs - Number(values.days) * 86_400e9

const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'tarsier-bench-store-'))
const isLoaded = existsSync(join(folder, 'state.sqlite'))
const store = await openStore({ folder, nowNs: () => endNs })
try {
  if (!isLoaded) await load(store)
  await ask(store)
} finally {
  await store.close()
  if (!values.keep && values.folder === undefined) rmSync(folder, { recursive: true })
}
if (values.keep) console.log(`\nThe store is in ${folder}.`)

async function load(into: Store): Promise<void> {
  const numbers = createNumbers(1)
  into.state.processes.write(madeRecords(startNs), [])
  const history = await timed(async (took) => {
    for (let index = 0, seq = 1; index < events; seq++) {
      const batch = Array.from({ length: Math.min(EVENTS_PER_BATCH, events - index) }, () => {
        return madeEvent(index++, startNs + Math.floor((index / events) * (endNs - startNs)), numbers)
      })
      await took(() => into.history.append({ spool: 'bench', seq, events: batch }))
    }
  })
  const state = await timed(async (took) => {
    for (let index = 0, seq = 1; index < findings; seq++) {
      const timeNs = startNs + Math.floor((index / findings) * (endNs - startNs))
      const incidents = Array.from({ length: FINDINGS_PER_BATCH / FINDINGS_PER_INCIDENT }, (_, one) =>
        madeIncident(seq * 100 + one, timeNs, numbers),
      )
      const batch = Array.from({ length: Math.min(FINDINGS_PER_BATCH, findings - index) }, () => {
        const finding = madeFinding(index, startNs + Math.floor((index / findings) * (endNs - startNs)), numbers)
        return { finding, incidentId: incidents[Math.floor((index++ % FINDINGS_PER_BATCH) / FINDINGS_PER_INCIDENT)]?.id }
      })
      await took(async () => into.state.writeFindings({ spool: 'bench', seq, findings: batch, incidents }))
    }
  })
  const { bytes } = await into.history.extent()
  console.log(
    `${formatCount(events)} events in batches of ${EVENTS_PER_BATCH}: ${formatCount(events / history)}/s, ${(bytes / events).toFixed(0)} bytes each (${formatBytes(bytes)}).`,
  )
  console.log(
    `${formatCount(findings)} findings in batches of ${FINDINGS_PER_BATCH}: ${formatCount(findings / state)}/s, each batch on the disk before the next.`,
  )
  console.log(`Memory of the process after that: ${formatBytes(process.memoryUsage.rss())}.\n`)
}

/** Seconds within what `took` was given: not those of making the load. */
async function timed(work: (took: (step: () => Promise<void>) => Promise<void>) => Promise<void>): Promise<number> {
  let ms = 0
  await work(async (step) => {
    const start = performance.now()
    await step()
    ms += performance.now() - start
  })
  return ms / 1000
}

async function ask(asked: Store): Promise<void> {
  console.log('| question | p50 | p95 |\n| --- | --- | --- |')
  for (const question of [...stateQuestions(asked, endNs), ...historyQuestions(asked, endNs)]) await measure(question)
}

async function measure({ name, ask: put }: Question): Promise<void> {
  const times: number[] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    const start = performance.now()
    await put(round)
    times.push(performance.now() - start)
  }
  console.log(`| ${name} | ${percentile(times, 0.5).toFixed(1)} ms | ${percentile(times, 0.95).toFixed(1)} ms |`)
}
