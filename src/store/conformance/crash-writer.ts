/**
 * Writes batches into a store until it is killed: `node crash-writer.ts FOLDER`. Each line that it prints says what is acknowledged:
 * `findings <seq>` or `history <seq>`. Run by the crash test.
 */
import { writeSync } from 'node:fs'
import { openStore } from '../embedded.ts'
import { EVENTS_PER_BATCH, FINDINGS_PER_BATCH, SPOOL } from './crash-batches.ts'
import { eventOf, findingOf, incidentOf, START_NS } from './samples.ts'

/** Enough that checkpoints come often: they are the moments when most can go wrong. */
const TEXT_LENGTH = 1500

const store = await openStore({ folder: process.argv[2] ?? '', nowNs: () => START_NS })
let text = 1

/** Text that does not compress to nothing, from a plain generator of numbers. */
function someText(): string {
  let made = ''
  while (made.length < TEXT_LENGTH) {
    text = (text * 48_271) % 2_147_483_647
    made += text.toString(36)
  }
  return made
}

const list = <Item>(count: number, item: (index: number) => Item): Item[] => Array.from({ length: count }, (_, index) => item(index))

for (let seq = store.state.position('findings', SPOOL) + 1; ; seq++) {
  const incident = incidentOf({ id: 'one', findings: seq * FINDINGS_PER_BATCH })
  const findings = list(FINDINGS_PER_BATCH, (index) => ({
    finding: findingOf({ id: `${seq}-${index}`, seconds: seq, output: someText() }),
    incidentId: 'one',
  }))
  store.state.writeFindings({ spool: SPOOL, seq, findings, incidents: [incident] })
  writeSync(1, `findings ${seq}\n`)
  const next = store.history.position(SPOOL) + 1
  const events = list(EVENTS_PER_BATCH, (index) => eventOf({ id: `${next}-${index}`, seconds: next, fields: { text: someText() } }))
  await store.history.append({ spool: SPOOL, seq: next, events })
  writeSync(1, `history ${next}\n`)
}
