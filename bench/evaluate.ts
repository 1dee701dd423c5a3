/**
 * How many events per second the rules take, on one core: over events whose records lie in memory (fields are decoded when a
 * rule asks for them), and from the batch on, with decoding and enrichment. Run: node bench/evaluate.ts [--profile]
 *
 * Rule sets: the starter pack in rules/; Falco's official files, where TARSIER_FALCO_RULES names a folder that has them.
 * What the number of rules costs is in rule-count.ts. Prints Markdown.
 */
import { existsSync } from 'node:fs'
import { createEngine, type Engine } from '../src/detect/engine.ts'
import { VOCABULARY } from '../src/events/fields.ts'
import type { Batch } from '../src/events/raw-record.ts'
import { loadRules, type RuleSet } from '../src/lang/load-rules.ts'
import { readTextFiles } from '../src/lib/text-files.ts'
import { eachRecord } from '../src/sources/each-record.ts'
import { EVENTS, enriched, nsPerEvent, PASSES, station, streamBatch } from './event-stream.ts'

const MAX_FILE_BYTES = 8 * 1024 * 1024

let matches = 0
const onMatch = (): void => {
  matches++
}

function evaluateOnly(engine: Engine, batch: Batch): number {
  const events = enriched(batch)
  return nsPerEvent(() => {
    for (const event of events) engine.evaluate(event, onMatch)
  })
}

function fromTheBatch(engine: Engine, batch: Batch): number {
  const enricher = station()
  return nsPerEvent(() => eachRecord(batch, (record) => void engine.evaluate(enricher.enrich(record), onMatch)))
}

const fromFolder = (folder: string): RuleSet =>
  loadRules(readTextFiles([folder], { extensions: ['.yaml'], maxBytes: MAX_FILE_BYTES }), { vocabulary: VOCABULARY })

const falco = process.env.TARSIER_FALCO_RULES
const sets: readonly (readonly [name: string, rules: RuleSet])[] = [
  ['starter pack', fromFolder('rules')],
  ...(falco !== undefined && existsSync(falco) ? [["Falco's official files", fromFolder(falco)] as const] : []),
]

const batch = streamBatch()
const rate = (ns: number): string => `${(1e3 / ns).toFixed(2)} M/s (${ns.toFixed(0)} ns)`
process.stdout.write('| rules | on | evaluate | decode, enrich and evaluate | matches |\n|---|---|---|---|---|\n')
for (const [name, ruleSet] of sets) {
  const engine = createEngine(ruleSet, VOCABULARY)
  matches = 0
  const alone = evaluateOnly(engine, batch)
  const share = matches / (EVENTS * PASSES)
  const whole = fromTheBatch(engine, batch)
  process.stdout.write(`| ${name} | ${engine.rules.length} | ${rate(alone)} | ${rate(whole)} | ${(share * 100).toFixed(2)} % |\n`)
}
