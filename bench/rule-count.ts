/**
 * What the number of rules costs: time per event, time to load and memory with 100, 1,000 and 10,000 made rules, each count in a
 * process of its own; and time per event for each form of rule by itself. Run: node bench/rule-count.ts [--forms]. Prints Markdown.
 */
import { spawnSync } from 'node:child_process'
import { createEngine } from '../src/detect/engine.ts'
import { VOCABULARY } from '../src/events/fields.ts'
import { loadRules } from '../src/lang/load-rules.ts'
import { releaseMemory } from '../src/lib/release-memory.ts'
import { enriched, nsPerEvent, streamBatch } from './event-stream.ts'
import { FORMS, madeRules } from './made-rules.ts'

const COUNTS: readonly number[] = [100, 1000, 10_000]
const MIB = 1024 * 1024
/** A run lasts about so long, so that slow sets end too. */
const RUN_MS = 500
const MOST_TURNS = 400

/** What one process measured. Times in ms but for `eventNs`; `rssMib` once every program is made, `peakMib` the most there was. */
interface Measured {
  readonly loadMs: number
  readonly engineMs: number
  readonly firstMs: number
  readonly eventNs: number
  readonly rssMib: number
  readonly peakMib: number
}

/** CPU time may hide what other threads do, so that load time is by the clock. */
function measure(count: number, forms: readonly string[] | undefined): Measured {
  const file = madeRules(count, forms)
  const start = performance.now()
  const ruleSet = loadRules([file], { vocabulary: VOCABULARY })
  if (ruleSet.diagnostics.some(({ severity }) => severity === 'error')) throw new Error(ruleSet.diagnostics[0]?.message)
  const loaded = performance.now()
  const engine = createEngine(ruleSet, VOCABULARY)
  const made = performance.now()
  // As the agent does once it is ready.
  releaseMemory()
  const events = enriched(streamBatch())
  const turn = (): void => {
    for (const event of events) engine.evaluate(event, () => {})
  }
  const before = performance.now()
  turn()
  const firstMs = performance.now() - before
  const second = performance.now()
  turn()
  const turnMs = performance.now() - second
  const eventNs = nsPerEvent(turn, Math.max(1, Math.min(MOST_TURNS, Math.round(RUN_MS / turnMs))))
  const { rss } = process.memoryUsage()
  const peakMib = process.resourceUsage().maxRSS / 1024
  return { loadMs: loaded - start, engineMs: made - loaded, firstMs, eventNs, rssMib: rss / MIB, peakMib }
}

/** As the launcher starts Node. */
const AS_LAUNCHED = '--max-semi-space-size=8'

function inProcess(count: number, form?: string): Measured {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [AS_LAUNCHED, import.meta.filename, '--one', String(count), ...(form ? [form] : [])],
    {
      encoding: 'utf8',
    },
  )
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Measured
}

function countTable(): string {
  const rows = COUNTS.map((count) => {
    const { loadMs, engineMs, firstMs, eventNs, rssMib, peakMib } = inProcess(count)
    const times = [loadMs, engineMs, firstMs].map((ms) => `${ms.toFixed(0)} ms`).join(' | ')
    return `| ${count} | ${eventNs.toFixed(0)} ns | ${times} | ${rssMib.toFixed(0)} MiB | ${peakMib.toFixed(0)} MiB |`
  })
  return ['| rules | per event | load | engine | first 8,192 events | RSS | most RSS |', '|---|---|---|---|---|---|---|', ...rows, ''].join(
    '\n',
  )
}

function formTable(): string {
  const rows = Object.keys(FORMS).map((form) => {
    const cells = COUNTS.map((count) => `${inProcess(count, form).eventNs.toFixed(0)} ns`)
    return `| ${form} | ${cells.join(' | ')} |`
  })
  return [`| form | ${COUNTS.join(' | ')} |`, '|---|---|---|---|', ...rows, ''].join('\n')
}

const [mode, count, form] = process.argv.slice(2)
if (mode === '--one') process.stdout.write(JSON.stringify(measure(Number(count), form === undefined ? undefined : [form])))
else process.stdout.write(mode === '--forms' ? formTable() : countTable())
