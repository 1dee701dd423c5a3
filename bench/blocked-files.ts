/**
 * What it costs others that a file is blocked: by inode alone, and by content, for which every file that is opened for the first time on a marked
 * file system is asked about. Turn by turn without a helper and with it, on a tmpfs of its own. Prints Markdown. `node bench/blocked-files.ts [--quick]`;
 * `--inside` is for itself.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FileContent } from '../src/respond/native.ts'
import type { FileAnswer } from '../src/respond/prevention/messages.ts'
import { openPrevention, type PreventionLink } from '../src/respond/prevention/prevention.ts'
import { loadAddon } from '../src/sources/ebpf/addon.ts'
import { fillMount, processorUs, runInOwnMount, settingsFor } from './own-mount.ts'
import { median } from './statistics.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = join(ROOT, 'build/bench')
const QUICK = process.argv.includes('--quick')
const PAIRS = QUICK ? 3 : 9
const SHARE = QUICK ? 0.25 : 1
const NO_RULES = { rules: [], places: { 'process.exec': [], 'file.open': [] }, containers: false }

/** `same`: the file that is opened is as large as the blocked one, and has to be read. */
const CASES = ['by inode', 'by content', 'by content, of the same size'] as const

const LOADS = [
  { name: 'fork and exec', program: 'forkexec', times: 2500 * SHARE, of: () => [] },
  { name: 'open and close of one file', program: 'openclose', times: 200_000 * SHARE, of: (mount: string) => [join(mount, 'file')] },
  {
    name: 'a new file made, written to and opened',
    program: 'newfiles',
    times: 10_000 * SHARE,
    of: (mount: string) => [join(mount, 'new')],
  },
] as const

if (process.argv.includes('--inside')) await inside(process.argv.at(-1) as string)
else runInOwnMount(fileURLToPath(import.meta.url), QUICK ? ['--quick'] : [])

async function inside(mount: string): Promise<void> {
  fillMount(mount)
  mkdirSync(join(mount, 'new'))
  writeFileSync(join(mount, 'file'), 'a'.repeat(1000))
  writeFileSync(join(mount, 'blocked'), 'b'.repeat(1001))
  writeFileSync(join(mount, 'same'), 'b'.repeat(1000))
  console.log(
    '| a file is blocked | load | pairs | bare, each | with it, each | ratio | asked by the kernel | files read | helper’s processor time, each |',
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
  for (const way of CASES) for (const load of LOADS) console.log(await measure(way, load, mount))
}

async function measure(way: (typeof CASES)[number], load: (typeof LOADS)[number], mount: string): Promise<string> {
  const bare: number[] = []
  const held: number[] = []
  const helper: number[] = []
  let counters = { events: 0, digested: 0 }
  eachUs(load, mount)
  for (let pair = 0; pair < PAIRS; pair++) {
    bare.push(eachUs(load, mount))
    const link = await start(way, mount)
    try {
      const begun = processorUs(link.pid)
      held.push(eachUs(load, mount))
      helper.push((processorUs(link.pid) - begun) / load.times)
      counters = link.counters()
    } finally {
      link.stop()
    }
  }
  const [before, after] = [median(bare), median(held)]
  const us = (value: number): string => `${value.toFixed(2)} µs`
  const { events, digested } = counters
  return `| ${way} | ${load.name} | ${PAIRS} | ${us(before)} | ${us(after)} | **×${(after / before).toFixed(2)}** | ${events} | ${digested} | ${us(median(helper))} |`
}

function eachUs({ program, times, of }: (typeof LOADS)[number], mount: string): number {
  const begun = performance.now()
  const { status } = spawnSync(join(FOLDER, program), [String(times), ...of(mount)], {
    stdio: 'ignore',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  if (status !== 0) throw new Error(`${program} failed`)
  return ((performance.now() - begun) * 1000) / times
}

async function start(way: (typeof CASES)[number], mount: string): Promise<PreventionLink> {
  const { promise, resolve, reject } = Promise.withResolvers<FileAnswer>()
  const link = openPrevention(loadAddon(), join(ROOT, 'build/tarsier-prevent'), {
    ...{ onAsk: () => {}, onTold: () => {}, onBlocked: () => {}, onReady: () => {}, onMount: () => {} },
    onFile: resolve,
    onEnded: () => reject(new Error('the helper ended')),
  })
  link.use(NO_RULES, settingsFor(mount))
  const path = join(mount, way === 'by content, of the same size' ? 'same' : 'blocked')
  const fd = openSync(path, 'r')
  link.order({ kind: 'block', request: 1, id: 1, content: way === 'by inode' ? undefined : contentOf(path) }, fd)
  closeSync(fd)
  const hold = setTimeout(() => reject(new Error('the helper says nothing')), 5000)
  const { errno, byInode, byContent } = await promise.finally(() => clearTimeout(hold))
  if (errno !== 0 || !byInode || byContent === (way === 'by inode')) throw new Error(`errno ${errno}`)
  // What was changed a moment ago is not remembered.
  await sleep(200)
  return link
}

function contentOf(path: string): FileContent {
  const bytes = readFileSync(path)
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}
