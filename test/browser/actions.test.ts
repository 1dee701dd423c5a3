/** Actions in the console: a real browser, the real server, and an agent whose part the test plays. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ActionRecord } from '../../src/findings/action-record.ts'
import { SAMPLE_ACTION } from '../../src/findings/sample-action.ts'
import type { SensorPrevention } from '../../src/findings/sensor-record.ts'
import type { ResponseOrder } from '../../src/respond/order.ts'
import { violationsOn } from './accessibility.ts'
import { HOST, processes, sensor } from './attack.ts'
import { CHROMIUM, launchBrowser, openPage, type WatchedPage } from './chromium.ts'
import { connectIngest, type Ingest } from './ingest.ts'
import { startServer, type TestServer } from './server.ts'

const TIMEOUT_MS = 120_000

describe.skipIf(CHROMIUM === undefined)('actions in the console (needs chromium)', { timeout: TIMEOUT_MS }, () => {
  let server: TestServer
  let browser: Browser
  let agent: Ingest
  let admin: WatchedPage

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    agent = connectIngest(server.ingestSocket, HOST)
    admin = await openPage(browser)
    const { page } = admin
    await page.goto(server.setUpLink)
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Password', { exact: true }).fill('enchantress of numbers')
    await page.getByLabel('Password again').fill('enchantress of numbers')
    await page.getByRole('button', { name: 'Make the admin and log in' }).click()
    await page.getByRole('heading', { name: 'Now', exact: true }).waitFor()
  }, TIMEOUT_MS)

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  }, TIMEOUT_MS)

  const waiting = (nowNs: number): ActionRecord => ({
    ...SAMPLE_ACTION,
    ...{ id: 'act-waiting', hostname: HOST, timeNs: nowNs, mode: 'ask', phase: 'asked', findingId: undefined },
    target: 'process 1234 (<b>odd</b>)',
    steps: [{ phase: 'asked', timeNs: nowNs, detail: 'waits for somebody to allow it' }],
  })

  test('what waits is allowed, and how it went is seen without loading anew', async () => {
    const { page } = admin
    const nowNs = Date.now() * 1e6
    await agent.sensor(sensor(nowNs))
    await page.goto(`${server.url}/actions?view=waiting`)
    await page.getByText('Nothing waits for you').waitFor()
    await agent.actions([waiting(nowNs)])
    await page.getByText('process 1234 (<b>odd</b>)').first().click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText('waits for somebody to allow it').waitFor()
    expect(await violationsOn(page)).toEqual([])
    const orders = agent.orders()
    await drawer.getByRole('button', { name: 'Allow' }).click()
    expect(await orders).toMatchObject([{ kind: 'approve', actionId: 'act-waiting' }])
    const steps = [...waiting(nowNs).steps, { phase: 'verified' as const, timeNs: nowNs + 1e9, detail: 'no process of the tree runs' }]
    await agent.actions([{ ...waiting(nowNs), phase: 'verified', steps }])
    await drawer.getByText('no process of the tree runs').waitFor()
    await drawer.getByText('Verified', { exact: true }).waitFor()
    expect(await drawer.getByRole('button', { name: 'Allow' }).count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.getByText('Nothing waits for you').waitFor()
  })

  test('a process is responded to: first whom it would touch, then it', async () => {
    const { page } = admin
    const nowNs = Date.now() * 1e6
    const [process] = processes(nowNs)
    await agent.history(processes(nowNs).map((one) => ({ process: one })))
    await page.goto(`${server.url}/processes/${HOST}/${process?.processKey}`)
    await page.getByRole('button', { name: 'Respond' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Action').selectOption('kill-tree')
    const asked = answer(agent, (id) => ({
      ...SAMPLE_ACTION,
      ...{ id, hostname: HOST, timeNs: nowNs, mode: 'dry-run', phase: 'planned' },
      steps: [{ phase: 'planned', timeNs: nowNs, detail: 'would touch 2 processes' }],
    }))
    await dialog.getByRole('button', { name: 'Whom would it touch?' }).click()
    await dialog.getByText('would touch 2 processes').waitFor()
    await dialog.getByText('1240 sh').waitFor()
    expect(await asked).toMatchObject({ kind: 'act', action: 'kill-tree', mode: 'dry-run', subject: { process: { pid: process?.pid } } })
    expect(await violationsOn(page)).toEqual([])
    const done = answer(agent, (id) => ({ ...SAMPLE_ACTION, id, hostname: HOST, timeNs: nowNs }))
    await dialog.getByRole('button', { name: 'Do it' }).click()
    expect(await done).toMatchObject({ kind: 'act', mode: 'act' })
    await page.goto(`${server.url}/actions`)
    await page.getByText('Verified').first().waitFor()
    expect(admin.complaints).toEqual([])
  })

  test('the responses in force are told', async () => {
    await admin.page.goto(`${server.url}/actions?view=responses`)
    await admin.page.getByText('Keep evidence and kill a reverse shell').waitFor()
    expect(await admin.page.getByText('dry-run').count()).toBeGreaterThan(0)
  })

  test('what is prevented by what, and what cannot be, stands with the sensor', async () => {
    const { page } = admin
    const prevention: SensorPrevention = {
      ...{ mode: 'act', inForce: true, rulesLeft: 0, watched: 3, unwatched: [{ path: '/mnt/<i>sealed', reason: 'EINVAL' }] },
      counters: [
        { name: 'events', count: 4711 },
        { name: 'denied', count: 12 },
      ],
      rules: [
        { rule: 'Dropped program', kind: 'process.exec', enforced: true, how: 'fanotify' },
        { rule: 'Key <b>read', kind: null, enforced: false, how: 'it asks for several events together' },
      ],
    }
    await agent.sensor(sensor(Date.now() * 1e6, { prevention }))
    await page.goto(`${server.url}/sensors?host=${HOST}`)
    const section = page.getByRole('region', { name: 'Prevention' })
    await section.getByText('Dropped program process.exec by fanotify').waitFor()
    await section.getByText('Key <b>read cannot be enforced: it asks for several events together').waitFor()
    const text = (await section.textContent()) ?? ''
    expect(text).toContain('modeActs')
    expect(text).toContain('denied12')
    expect(text).toContain('/mnt/<i>sealed: EINVAL')
    expect(text).not.toContain('4711')
    expect(await violationsOn(page)).toEqual([])
  })
})

/** Takes one order and tells what came of it; resolves with the order. */
async function answer(agent: Ingest, record: (id: string) => ActionRecord): Promise<ResponseOrder | undefined> {
  const [order] = await agent.orders()
  if (order !== undefined) await agent.actions([record(order.id)])
  return order
}
