/**
 * Makes the pictures of docs/guide/console.md: `npm run screenshots`. The recorded attack in the console of `tarsier replay --console`, and a
 * sensor whose part this script plays, since a recording has none.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { SAMPLE_ACTION } from '../../src/findings/sample-action.ts'
import { collect, ROOT, until } from '../tarsier.ts'
import { sensor } from './attack.ts'
import { launchBrowser, openPage } from './chromium.ts'
import { connectIngest } from './ingest.ts'

const HOST = 'inference-1'
const OUT = join(ROOT, 'docs/guide/images')
const RULE = '/rules/Password%20file%20read%20by%20an%20unusual%20program'

interface Shot {
  readonly name: string
  readonly path: string
  /** What is done on the page first. */
  readonly prepare?: (page: Page) => Promise<unknown>
  readonly light?: true
}

const first = (grid: string) => (page: Page) => page.getByRole('grid', { name: grid }).getByRole('row').nth(1).click()

const SHOTS: readonly Shot[] = [
  { name: 'now', path: '/' },
  { name: 'incidents', path: '/incidents' },
  { name: 'incident', path: '/incidents', prepare: first('Incidents') },
  { name: 'findings', path: '/findings' },
  { name: 'finding', path: '/findings', prepare: (page) => page.getByText('The password file was read').first().click() },
  { name: 'events', path: `/events?condition=${encodeURIComponent('proc.name = bash and fd.name startswith /etc/')}` },
  { name: 'processes', path: '/processes' },
  { name: 'process', path: '/processes?text=helper', prepare: first('Processes') },
  { name: 'actions', path: '/actions?action=act-0001' },
  { name: 'rules', path: '/rules' },
  { name: 'rule', path: RULE, prepare: (page) => page.getByRole('button', { name: 'Try it' }).click() },
  { name: 'rule-editor', path: '/rule-editor', prepare: (page) => page.getByRole('button', { name: 'Run tests' }).click() },
  { name: 'coverage', path: '/coverage' },
  { name: 'sensors', path: `/sensors?host=${HOST}` },
  { name: 'settings', path: '/settings?tab=storage', light: true },
  { name: 'audit', path: '/audit', light: true },
]

const folder = mkdtempSync(join(tmpdir(), 'tarsier-pictures-'))
const child = spawn(`${ROOT}tarsier`, ['replay', 'test/recordings/demo.tsr', '--console', '--listen', '127.0.0.1:0'], {
  cwd: ROOT,
  env: { ...process.env, TMPDIR: folder },
  stdio: ['ignore', 'ignore', 'pipe'],
})
const said = collect(child.stderr)
const ended = once(child, 'exit')
try {
  await until(() => /setup#\S+\n/.test(said()) || child.exitCode !== null, 60_000, said)
  const [link = ''] = /http:\S+\/setup#\S+/.exec(said()) ?? []
  await tellOfSensor()
  await takeAll(link)
} finally {
  child.kill('SIGINT')
  await ended
  rmSync(folder, { recursive: true, force: true })
}

/** An hour of a sensor's life. */
async function tellOfSensor(): Promise<void> {
  const [state = ''] = readdirSync(folder)
  const agent = connectIngest(join(folder, state, 'server', 'ingest.sock'), HOST)
  const nowNs = Date.now() * 1e6
  await agent.actions([
    {
      ...SAMPLE_ACTION,
      hostname: HOST,
      timeNs: nowNs,
      steps: SAMPLE_ACTION.steps.map((step, index) => ({ ...step, timeNs: nowNs + index * 2e6 })),
    },
  ])
  const report = sensor(nowNs)
  for (let minute = 60; minute >= 0; minute--) {
    const share = (60 - minute) * 60 + 200 * (1 - Math.cos((60 - minute) / 4))
    const totals = {
      ...report.totals,
      seen: Math.round(share * 900),
      kept: Math.round(share * 45),
      filtered: Math.round(share * 850),
      lost: 0,
      findings: 17,
    }
    await agent.sensor({ ...report, hostname: HOST, timeNs: nowNs - minute * 60e9, totals, losses: [], degraded: [], rules: 350 })
  }
}

async function takeAll(link: string): Promise<void> {
  const browser = await launchBrowser()
  try {
    const { page, close } = await openPage(browser, { colorScheme: 'dark', viewport: { width: 1280, height: 800 } })
    await page.goto(link)
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Password', { exact: true }).fill('enchantress of numbers')
    await page.getByLabel('Password again').fill('enchantress of numbers')
    await page.getByRole('button', { name: 'Make the admin and log in' }).click()
    await page.getByRole('heading', { name: 'Now', exact: true }).waitFor()
    mkdirSync(OUT, { recursive: true })
    const { origin } = new URL(link)
    for (const shot of SHOTS) await take(page, origin, shot)
    await close()
  } finally {
    await browser.close()
  }
}

async function take(page: Page, origin: string, { name, path, prepare, light }: Shot): Promise<void> {
  await page.emulateMedia({ colorScheme: light === true ? 'light' : 'dark' })
  await page.goto(origin + path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await prepare?.(page)
  await page.waitForTimeout(1500) // pictures are drawn, and what was clicked has come
  await page.screenshot({ path: join(OUT, `console-${name}.png`) })
  console.log(`docs/guide/images/console-${name}.png`)
}
