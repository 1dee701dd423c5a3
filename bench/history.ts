/**
 * What it costs to keep events for history: ns per event for its text and for looking whether the state of its process is new; and of one whose
 * state is. What the thread behind does with the lines is not in it: see bench/steady.ts.
 */
import type { AnyKernelEvent } from '../src/events/event.ts'
import { createHistory } from '../src/pipeline/history/history.ts'
import { EVENTS, enriched, nsPerEvent, streamBatch } from './event-stream.ts'

const quick = process.argv.includes('--quick')
const TURNS = quick ? 4 : 24

const stream = enriched(streamBatch())
const memory = Buffer.allocUnsafe(1 << 20)
let bytes = 0
let lines = 0

/** As many as the stream has. */
const only = (kind: string): AnyKernelEvent[] => {
  const found = stream.filter((event) => event.kind === kind)
  return Array.from({ length: EVENTS }, (_, index) => found[index % found.length] as AnyKernelEvent)
}

const history = createHistory({
  hostname: 'bench',
  maxPerSecond: Number.POSITIVE_INFINITY,
  write: (line) => {
    bytes += memory.write(line, 0)
    lines++
  },
})

/** `anew`: each process is told again in each turn. */
function measure(what: string, events: readonly AnyKernelEvent[], anew = false): string {
  bytes = 0
  lines = 0
  const ns = nsPerEvent(() => {
    if (anew) history.forget()
    for (const event of events) history.onEvent(event, true)
  }, TURNS)
  return `| ${what} | ${Math.round((ns * EVENTS) / events.length)} | ${Math.round(bytes / lines)} |`
}

console.log('| events | ns per event | bytes per line |\n| --- | --- | --- |')
console.log(measure('as on a busy server', stream))
for (const kind of ['file.open', 'net.connect', 'net.send']) console.log(measure(`${kind} alone`, only(kind)))
console.log(
  measure(
    'the first of a process, with its state',
    stream.filter(({ kind }) => kind === 'process.exec'),
    true,
  ),
)
