/**
 * The server as a browser meets it, over a large store: how long the first view takes, what each question of the pages costs, and whether
 * 100 live streams slow down what comes in. Prints Markdown. Run: node bench/store.ts --keep --now --events 5000000 --findings 50000, then
 * node bench/console.ts --store DIR [--rounds 20] [--streams: those alone]. The store is copied, and stays as it is.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { connectIngest, type Ingest } from '../test/browser/ingest.ts'
import { machineLine } from './machine.ts'
import { createNumbers, madeEvent, madeFinding } from './made-store.ts'
import { percentile } from './statistics.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: { store: { type: 'string' }, rounds: { type: 'string', default: '20' }, streams: { type: 'boolean', default: false } },
})
if (values.store === undefined) throw new Error('which store? node bench/console.ts --store DIR')
const rounds = Number(values.rounds)

const FACETS = ['evt.type', 'proc.name', 'user.name', 'container.name', 'k8s.ns.name', 'fd.name', 'fd.rip', 'fd.rport']
  .map((one) => `column=${one}`)
  .join('&')
const CONDITIONS = [
  ['everything', ''],
  ['a program', 'proc.name = python3'],
  ['part of a path', 'fd.name contains shadow'],
  ['several, one of them not', 'evt.type in (open, openat) and not proc.name in (python3, bash)'],
  ['an address', 'fd.rip = 10.0.0.1'],
  ['event by event', 'proc.aname = sshd'],
] as const

const CLIENTS = 100
const SECONDS = 10
const BATCHES = 4
const EVENTS = 4000
const FINDINGS = 40

const state = mkdtempSync(join(tmpdir(), 'tarsier-bench-console-'))
mkdirSync(join(state, 'store'))
cpSync(values.store, join(state, 'store'), { recursive: true, filter: (path) => !path.endsWith('/lock') })
const server = spawn(process.execPath, ['src/bin/cli.ts', 'serve', '--state', state, '--listen', '127.0.0.1:0'], {
  cwd: ROOT,
  stdio: ['ignore', 'ignore', 'pipe'],
})
try {
  console.log(`## The console over a large store, ${machineLine(ROOT, new Date())}\n`)
  const { url, cookie } = await logIn(await linkOf(server.stderr))
  if (!values.streams) {
    await firstView(url, cookie)
    await questions(url, cookie)
  }
  await streams(url, cookie, connectIngest(join(state, 'server', 'ingest.sock'), 'bench'))
} finally {
  server.kill('SIGTERM')
  await once(server, 'exit')
  rmSync(state, { recursive: true, force: true })
}

async function linkOf(stderr: NodeJS.ReadableStream): Promise<string> {
  let said = ''
  for await (const chunk of stderr) {
    said += String(chunk)
    const link = /http:\S+\/setup#\S+(?=\n)/.exec(said)?.[0]
    if (link !== undefined) {
      stderr.resume()
      return link
    }
  }
  throw new Error(`the server did not start: ${said}`)
}

async function logIn(link: string): Promise<{ readonly url: string; readonly cookie: string }> {
  const { origin, hash } = new URL(link)
  const body = JSON.stringify({ secret: hash.slice(1), name: 'ada', password: 'enchantress of numbers' })
  const answer = await fetch(`${origin}/api/setup`, { method: 'POST', headers: { 'content-type': 'application/json', origin }, body })
  if (answer.status !== 201) throw new Error(await answer.text())
  return {
    url: origin,
    cookie: answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; '),
  }
}

/** From the navigation until incidents and findings are in sight; each time a browser that knows nothing yet. */
async function firstView(url: string, cookie: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  const times: number[] = []
  for (let round = 0; round < Math.min(rounds, 10); round++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, extraHTTPHeaders: { cookie } })
    const page = await context.newPage()
    const begun = performance.now()
    await page.goto(url)
    await page.getByRole('link', { name: /Risk/ }).first().waitFor()
    await page.getByRole('heading', { name: 'Newest findings' }).waitFor()
    times.push(performance.now() - begun)
    await context.close()
  }
  await browser.close()
  console.log(`First view of *Now*, cold: ${percentile(times, 0.5).toFixed(0)} ms (p50), ${percentile(times, 0.95).toFixed(0)} ms (p95).\n`)
}

async function questions(url: string, cookie: string): Promise<void> {
  console.log('| question | p50 | p95 |\n| --- | --- | --- |')
  const paths: [string, string][] = [
    ['incidents by risk', '/incidents?from=30d'],
    ['findings, 7 days', '/findings?from=7d'],
    ['findings, 7 days: facets', '/findings/facets?from=7d'],
    ['findings, 7 days: histogram', '/findings/histogram?from=7d&step=3h'],
    ['processes', '/processes?from=7d'],
    ['rules', '/rules'],
  ]
  for (const [name, condition] of CONDITIONS) {
    const query = `from=7d&condition=${encodeURIComponent(condition)}`
    paths.push(
      [`events, ${name}`, `/events?${query}`],
      [`events, ${name}: 8 facets`, `/events/facets?${query}&${FACETS}`],
      [`events, ${name}: histogram`, `/events/histogram?${query}&step=3h`],
    )
  }
  for (const [name, path] of paths) {
    const times: number[] = []
    for (let round = 0; round < rounds; round++) {
      const begun = performance.now()
      const answer = await fetch(`${url}/api${path}`, { headers: { cookie } })
      if (answer.status !== 200) throw new Error(`${path}: ${await answer.text()}`)
      await answer.arrayBuffer()
      times.push(performance.now() - begun)
      await sleep(20)
    }
    console.log(`| ${name} | ${percentile(times, 0.5).toFixed(0)} ms | ${percentile(times, 0.95).toFixed(0)} ms |`)
  }
  console.log()
}

/** What a busy host sends: how long a batch takes until it is safe, without anybody who looks on and with so many. */
async function streams(url: string, cookie: string, agent: Ingest): Promise<void> {
  const numbers = createNumbers(3)
  let made = 10_000_000
  const times = { without: [] as number[], with: [] as number[] }
  let told = 0
  for (const clients of [0, CLIENTS, 0, CLIENTS]) {
    const aborts = Array.from({ length: clients }, () => new AbortController())
    const reading = aborts.map(async ({ signal }) => {
      const answer = await fetch(`${url}/api/stream`, { headers: { cookie }, signal })
      for await (const chunk of answer.body ?? []) told += chunk.length
    })
    await sleep(1000)
    const begun = performance.now()
    for (let batch = 0; batch < SECONDS * BATCHES; batch++) {
      await sleep(Math.max(0, begun + (batch * 1000) / BATCHES - performance.now()))
      const nowNs = Date.now() * 1e6
      const sent = performance.now()
      await agent.history(Array.from({ length: EVENTS / BATCHES }, () => ({ event: madeEvent(made++, nowNs, numbers) })))
      await agent.findings(Array.from({ length: FINDINGS / BATCHES }, () => madeFinding(made++, nowNs, numbers)))
      times[clients === 0 ? 'without' : 'with'].push(performance.now() - sent)
    }
    for (const abort of aborts) abort.abort()
    await Promise.allSettled(reading)
  }
  const text = (list: readonly number[]): string =>
    `${percentile(list, 0.5).toFixed(0)} ms (p50), ${percentile(list, 0.95).toFixed(0)} ms (p95)`
  console.log(
    `${EVENTS} events and ${FINDINGS} findings a second, in ${BATCHES} batches each: a batch of both is on the disk after ${text(times.without)} without live streams, ${text(times.with)} with ${CLIENTS} (${(told / 1e6).toFixed(0)} MB told to them).`,
  )
}
