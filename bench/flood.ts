/**
 * Does a flood blind the sensor, or slow it down? While other processes open and close a file as fast as they can, as many as one, then
 * as many as cores, 300 processes, one after another, read the password file. Prints how many of them were found, and how long it took
 * from the event, by the kernel's clock, to its printed line. Falco 0.44.1 alerted on 4 to 14 of 300.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileProgram } from '../test/live/observe.ts'
import { startAgent } from './agent.ts'
import { percentile } from './statistics.ts'
import { buildWorkloads } from './workloads.ts'

const FOLDER = fileURLToPath(new URL('../build/bench', import.meta.url))
const RULE = 'Password file read by an unusual program'
const READS = process.argv.includes('--quick') ? 50 : 300
/** After the last read, for lines that are late. */
const LATE_MS = 1000

interface Flooded {
  readonly name: string
  readonly found: number
  readonly lost: number | undefined
  /** Of each line that came, in ms. */
  readonly delays: readonly number[]
  readonly flooding: number
}

buildWorkloads(FOLDER)
const reads = compileProgram('reads')
try {
  const cases = [...new Set([1, availableParallelism()])]
  const rows: Flooded[] = []
  for (const loops of cases) rows.push(await flooded(loops))
  console.log(table(rows))
} finally {
  reads.remove()
}

async function flooded(loops: number): Promise<Flooded> {
  const delays: number[] = []
  const found = new Set<string>()
  const agent = await startAgent(['--fold-window', '0'], (line, arrivedMs) => {
    const { rule, output, time, process: reader } = JSON.parse(line) as Record<'rule' | 'output' | 'time' | 'process', string>
    if (rule !== RULE || !output.includes('command=reads')) return
    found.add(reader)
    delays.push(arrivedMs - epochMs(time))
  })
  const floods: ChildProcess[] = []
  try {
    for (let loop = 0; loop < loops; loop++) floods.push(openForever())
    await reads.run(String(READS), '/etc/shadow')
    const flooding = floods.filter(({ exitCode }) => exitCode === null).length
    await new Promise((resolve) => setTimeout(resolve, LATE_MS))
    await endAll(floods)
    const status = await agent.stop()
    return { name: loops === 1 ? 'one loop' : `${loops} loops, as many as cores`, found: found.size, lost: status?.lost, delays, flooding }
  } finally {
    await endAll(floods)
    await agent.stop()
  }
}

function openForever(): ChildProcess {
  return spawn(join(FOLDER, 'openclose'), ['1000000000000', join(FOLDER, 'file')], { stdio: 'ignore' })
}

async function endAll(floods: readonly ChildProcess[]): Promise<void> {
  const running = floods.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
  const ended = running.map((flood) => once(flood, 'exit'))
  for (const flood of running) flood.kill('SIGKILL')
  await Promise.all(ended)
}

/** RFC 3339 with nanoseconds, as ms since 1970 with the part behind the point. */
function epochMs(time: string): number {
  const fraction = /\.\d+(?=Z$)/.exec(time)?.[0] ?? ''
  return Date.parse(time.replace(`${fraction}Z`, 'Z')) + Number(`0${fraction}`) * 1000
}

function table(rows: readonly Flooded[]): string {
  const lines = rows.map(({ name, found, lost, delays, flooding }) => {
    const [p50, p99] = delays.length === 0 ? ['–', '–'] : [0.5, 0.99].map((share) => `${percentile(delays, share).toFixed(1)} ms`)
    return `| ${name} | ${flooding} | ${found} of ${READS} | ${p50} | ${p99} | ${lost ?? 'unknown'} |`
  })
  return ['| flood | loops still running at the last read | found | p50 | p99 | events lost |', '|---|---|---|---|---|---|', ...lines].join(
    '\n',
  )
}
