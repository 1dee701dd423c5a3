/**
 * Opens the kernel source in a process of its own, for what only a process can show: its end.
 * source-child.ts exit|throw|wait: says `ready` with its process id once attached; `exit` and `throw` end then by themselves,
 * `wait` stops at SIGTERM and says how many records came and how many were lost.
 */
import { KINDS } from '../../../src/events/kinds.ts'
import { eachRecord, newTally } from '../../../src/sources/each-record.ts'
import { openKernelSource } from '../../../src/sources/ebpf.ts'

const how = process.argv[2]
const tally = newTally()
const source = openKernelSource({
  kinds: new Set(KINDS.map(({ name }) => name)),
  foldWindowMs: 0,
  onBatch: (batch) => void eachRecord(batch, () => {}, tally),
})
process.on('SIGTERM', () => void end())
console.log(`ready ${process.pid}`)
if (how === 'wait') setInterval(() => {}, 1000)
else setTimeout(leave, 500)

function leave(): void {
  if (how === 'throw') throw new Error('thrown on purpose')
  process.exit(0)
}

async function end(): Promise<void> {
  await source.stop()
  const { received, gaps, lost } = source.counters()
  console.log(JSON.stringify({ read: tally.records, received, gaps, lost: lost.full + lost.reserved }))
  process.exit(0)
}
