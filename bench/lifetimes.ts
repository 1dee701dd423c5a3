/**
 * A day of a busy host in minutes: processes that are forked, run a program, open a file and end, one after another, through the real
 * decoder, process tree, rules and folding of findings. Does the memory stay flat? Run: node --expose-gc bench/lifetimes.ts [--quick]
 *
 * 10 million lifetimes (--quick: 300,000). Process ids go round as the kernel's do; 2,000 processes live at any time.
 */
import { readFileSync } from 'node:fs'
import { createEngine } from '../src/detect/engine.ts'
import { createEnricher } from '../src/enrich/enrich.ts'
import { sampleHost } from '../src/enrich/sample-host.ts'
import { VOCABULARY } from '../src/events/fields.ts'
import { loadRules } from '../src/lang/load-rules.ts'
import { readTextFiles } from '../src/lib/text-files.ts'
import { createDetection } from '../src/pipeline/detection.ts'
import { eachRecord } from '../src/sources/each-record.ts'
import { EVENTS_PER_LIFE, fill, newBatch, PER_BATCH, startOf } from './lifetime-stream.ts'

const quick = process.argv.includes('--quick')
const LIFETIMES = quick ? 300_000 : 10_000_000
const MARKS = 10

const residentMiB = (): number => {
  globalThis.gc?.()
  const [, pages = '0'] = readFileSync('/proc/self/statm', 'utf8').split(' ')
  return (Number(pages) * 4096) / 2 ** 20
}

const enricher = createEnricher({ host: sampleHost(), bootTimeNs: 1.7e18, bootId: 'bench' })
const rules = loadRules(readTextFiles(['rules'], { extensions: ['.yaml'], maxBytes: 8e6 }), { vocabulary: VOCABULARY })
let findings = 0
const detection = createDetection({
  engine: createEngine(rules, VOCABULARY),
  hostname: 'bench',
  foldWindowMs: 1000,
  emit: () => {
    findings++
  },
})

const batch = newBatch()
const marks: number[] = []
const begun = performance.now()
for (let life = 0; life < LIFETIMES; life += PER_BATCH) {
  fill(batch, life)
  eachRecord(batch, (record) => detection.onEvent(enricher.enrich(record)))
  detection.advance(1.7e18 + startOf(life))
  if (life % (PER_BATCH * 50) === 0) enricher.sweep(startOf(life))
  if ((life + PER_BATCH) % (LIFETIMES / MARKS) === 0) marks.push(residentMiB())
  if (!quick && (life + PER_BATCH) % 1_000_000 === 0) console.error(`${(life + PER_BATCH) / 1e6} M of ${LIFETIMES / 1e6} M`)
}
detection.flush()
const seconds = (performance.now() - begun) / 1000
const { processes } = enricher.counters()
const growth = (marks.at(-1) ?? 0) - (marks[1] ?? 0)
console.log(
  `${LIFETIMES.toLocaleString('en-US')} lifetimes (${(LIFETIMES * EVENTS_PER_LIFE).toLocaleString('en-US')} events) in ${seconds.toFixed(0)} s: RSS after each tenth ${marks.map((mib) => mib.toFixed(0)).join(', ')} MiB; ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} MiB from the second tenth to the last; ${processes} processes known at the end; ${findings} findings.`,
)
