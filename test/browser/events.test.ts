/** The stream of events in a real browser: a condition is written, coloured, completed and run, and clicks narrow it. */
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HistoryEvent } from '../../src/findings/history-event.ts'
import { isTooWide, violationsOn } from './accessibility.ts'
import { HOST, processes, readOfShadow, sensor } from './attack.ts'
import { CHROMIUM, launchBrowser, openPage, type WatchedPage } from './chromium.ts'
import { connectIngest } from './ingest.ts'
import { startServer, type TestServer } from './server.ts'

const TIMEOUT_MS = 180_000
const EVENTS = 3000

describe.skipIf(CHROMIUM === undefined)('the events of the console (needs chromium)', { timeout: TIMEOUT_MS }, () => {
  let server: TestServer
  let browser: Browser
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    // Colours are judged, so nothing may be on its way in.
    watched = await openPage(browser, { reducedMotion: 'reduce' })
    page = watched.page
    await setUp(page, server)
    const agent = connectIngest(server.ingestSocket, HOST)
    const nowNs = Date.now() * 1e6
    await agent.sensor(sensor(nowNs))
    await agent.history([
      ...processes(nowNs).map((process) => ({ process })),
      ...connections(nowNs).map((event) => ({ event })),
      { event: readOfShadow(nowNs - 10e9) },
    ])
  }, TIMEOUT_MS)

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  }, TIMEOUT_MS)

  const field = (): Locator => page.getByRole('textbox', { name: 'Condition' })
  const condition = (): string | null => new URL(page.url()).searchParams.get('condition')

  test('a long list scrolls, and the next pages come by themselves', async () => {
    await page.goto(`${server.url}/events`)
    await page.getByText(`${(EVENTS + 1).toLocaleString('en')} in this time`).waitFor()
    await page.getByRole('grid', { name: 'Events' }).focus()
    for (let press = 0; press < 40; press++) await page.keyboard.press('End')
    await page.getByText('203.0.113.9:1000', { exact: false }).first().waitFor()
  })

  test('a condition is written with what is offered: of the language, and of the values that were seen', async () => {
    await page.goto(`${server.url}/events`)
    await page.getByRole('row').nth(3).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('proc.na')
    await page.getByRole('option', { name: /^proc\.name/ }).waitFor()
    expect(await violationsOn(page)).toEqual([])
    await page.keyboard.press('Tab')
    await page.getByRole('option', { name: /^startswith/ }).waitFor()
    await page.keyboard.type('= ca')
    await page.getByRole('option', { name: /^cat/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('option').first().waitFor({ state: 'hidden' })
    expect(await field().inputValue()).toBe('proc.name = cat')
    await page.keyboard.press('Enter')
    await page.getByText('1 in this time').waitFor()
    expect(condition()).toBe('proc.name = cat')
  })

  test('an offer is taken by a click, and the field keeps the focus', async () => {
    await field().fill('')
    await page.keyboard.type('spawn')
    await page.getByRole('option', { name: /^spawned_process/ }).click()
    await page.keyboard.type(' a')
    await page.getByRole('option', { name: /^and/ }).waitFor()
    expect(await field().inputValue()).toBe('spawned_process a')
    await page.keyboard.press('Escape')
    await page.getByRole('option').first().waitFor({ state: 'hidden' })
  })

  test('what is wrong is told as it is written, and is not run', async () => {
    await field().fill('proc.nme = cat')
    await page.keyboard.press('Escape')
    await page.getByText('unknown field proc.nme').waitFor()
    await page.keyboard.press('Enter')
    expect(condition()).toBe('proc.name = cat')
    await page.goto(`${server.url}/events?condition=proc.nme%20%3D%20cat`)
    await page.getByText('The condition cannot be run').waitFor()
  })

  test('a value at the side is put into the condition, and taken out again, or left out', async () => {
    await page.goto(`${server.url}/events?condition=proc.name%20exists`)
    const facet = page.getByRole('group', { name: 'fd.rport' })
    await facet.getByRole('checkbox', { name: /443/ }).check()
    await page.getByText('1,500 in this time').waitFor()
    expect(condition()).toBe('proc.name exists and fd.rport = 443')
    await facet.getByRole('checkbox', { name: /443/ }).uncheck()
    await facet.getByRole('button', { name: 'Leave out 443' }).click()
    await page.getByText('1,501 in this time').waitFor()
    expect(condition()).toBe('proc.name exists and not fd.rport = 443')
    await page.goBack()
    await page.goBack()
    await page.getByText('1,500 in this time').waitFor()
  })

  test('dragging over the bars chooses their time', async () => {
    await page.goto(`${server.url}/events?from=1h`)
    await page.getByText(`${(EVENTS + 1).toLocaleString('en')} in this time`).waitFor()
    const box = await page.getByRole('figure', { name: /^Events over time/ }).boundingBox()
    if (box === null) throw new Error('there are no bars')
    await page.mouse.move(box.x + 10, box.y + 20)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2, box.y + 20, { steps: 5 })
    await page.mouse.up()
    await page.getByText('No events in this time').waitFor()
    const { searchParams } = new URL(page.url())
    expect(Date.parse(searchParams.get('from') ?? '')).toBeLessThan(Date.parse(searchParams.get('to') ?? ''))
    await page.goBack()
    await page.getByText(`${(EVENTS + 1).toLocaleString('en')} in this time`).waitFor()
  })

  test('an event shows all its fields, hostile ones too, and each leads on', async () => {
    await page.goto(`${server.url}/events?condition=${encodeURIComponent('fd.name = /etc/shadow')}`)
    await page.getByRole('row').nth(1).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText('<script>alert(2)</script>', { exact: false }).waitFor()
    expect(await violationsOn(page)).toEqual([])
    await drawer.getByRole('button', { name: 'Only this proc.name' }).click()
    await page.getByText('1 in this time').waitFor()
    expect(condition()).toBe('fd.name = /etc/shadow and proc.name = cat')
    await page.getByRole('row').nth(1).click()
    await drawer.getByRole('link', { name: 'All of this process' }).click()
    await page.getByRole('button', { name: /^process 903@/ }).waitFor()
  })

  test('a condition that is tried event by event says how far it has looked', async () => {
    await page.goto(`${server.url}/events?condition=${encodeURIComponent('fd.rip.name = nothing.example and proc.name exists')}`)
    await page.getByText('This condition was tried on each event by itself').waitFor()
    await page.getByText('No event is like that in this time').waitFor()
  })

  test('on a phone all of it is there and nothing is too wide', async () => {
    const phone = await page.context().newPage()
    await phone.setViewportSize({ width: 390, height: 844 })
    await phone.goto(`${server.url}/events`)
    await phone.getByRole('button', { name: 'Filters' }).click()
    await phone.getByRole('group', { name: 'proc.name' }).getByRole('checkbox', { name: /^cat/ }).check()
    await phone.getByText('1 in this time').waitFor()
    expect(await isTooWide(phone)).toBe(false)
    await phone.close()
    expect(watched.complaints).toEqual([])
  })
})

/** Half to port 443, half to others; the oldest to port 1000. */
const connections = (nowNs: number): readonly HistoryEvent[] =>
  Array.from({ length: EVENTS }, (_, index) => {
    const port = index % 2 === 1 ? 443 : 1000 + index
    return {
      id: `c${index}`,
      hostname: HOST,
      timeNs: nowNs - (EVENTS - index) * 20e6 - 20e9,
      kind: 'net.connect',
      type: 'connect',
      processId: '901@80000000901#0',
      processKey: '901@80000000901',
      fields: { 'evt.type': 'connect', 'fd.name': `10.0.0.1:5000->203.0.113.9:${port}`, 'fd.rip': '203.0.113.9', 'fd.rport': port },
    }
  })

async function setUp(page: Page, server: TestServer): Promise<void> {
  await page.goto(server.setUpLink)
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password', { exact: true }).fill('enchantress of numbers')
  await page.getByLabel('Password again').fill('enchantress of numbers')
  await page.getByRole('button', { name: 'Make the admin and log in' }).click()
  await page.getByRole('heading', { name: 'Now', exact: true }).waitFor()
}
