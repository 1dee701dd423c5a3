/** The console as people use it: a real browser, the real server, and an agent whose part the test plays. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isTooWide, violationsOn } from './accessibility.ts'
import { attack, finding, HOST, processes, readOfShadow, sensor } from './attack.ts'
import { CHROMIUM, launchBrowser, openPage, type WatchedPage } from './chromium.ts'
import { connectIngest, type Ingest } from './ingest.ts'
import { startServer, type TestServer } from './server.ts'

const ADMIN = { name: 'ada', password: 'enchantress of numbers' }
const VIEWER = { name: 'vera', password: 'looks at things only' }
const TIMEOUT_MS = 180_000

describe.skipIf(CHROMIUM === undefined)('the console (needs chromium)', { timeout: TIMEOUT_MS }, () => {
  let server: TestServer
  let browser: Browser
  let agent: Ingest
  let admin: WatchedPage

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    agent = connectIngest(server.ingestSocket, HOST)
    admin = await openPage(browser)
  }, TIMEOUT_MS)

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  }, TIMEOUT_MS)

  test('a page that is wanted without a login leads to it', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(`${server.url}/incidents?state=all`)
    await page.getByRole('heading', { name: 'Nobody is set up yet' }).waitFor()
    expect(new URL(page.url()).searchParams.get('to')).toBe('/incidents?state=all')
    await close()
  })

  test('the set-up link makes the first admin, once, and its secret leaves the address', async () => {
    const { page } = admin
    await page.goto(server.setUpLink)
    await page.getByLabel('Name').fill(ADMIN.name)
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
    await page.getByLabel('Password again').fill(ADMIN.password)
    await page.getByRole('button', { name: 'Make the admin and log in' }).click()
    await page.getByRole('heading', { name: 'Now', exact: true }).waitFor()
    expect(page.url()).toBe(`${server.url}/`)
    const again = await openPage(browser)
    await again.page.goto(server.setUpLink)
    await again.page.getByLabel('Name').fill('mallory')
    await again.page.getByLabel('Password', { exact: true }).fill('three wrong words here')
    await again.page.getByLabel('Password again').fill('three wrong words here')
    await again.page.getByRole('button', { name: /log in$/ }).click()
    await again.page.getByRole('alert').waitFor()
    await again.close()
  })

  test('a server without sensors says what to do', async () => {
    await admin.page.getByText('sudo ./tarsier run').waitFor()
  })

  test('a live attack appears without loading anew, its incident tells the story, and why each finding fired', async () => {
    const { page } = admin
    const nowNs = Date.now() * 1e6
    await page.evaluate('window.sameDocument = true')
    await agent.sensor(sensor(nowNs))
    await agent.history([...processes(nowNs, 2000).map((process) => ({ process })), { event: readOfShadow(nowNs - 10e9) }])
    await agent.findings(attack(nowNs))
    await page.getByText('Shell started by a web server').first().waitFor()
    expect(await page.evaluate('window.sameDocument')).toBe(true)
    await page.getByRole('link', { name: /Risk/ }).first().click()
    await page.getByRole('heading', { name: 'What happened' }).waitFor()
    expect(new URL(page.url()).pathname).toMatch(/^\/incidents\/./)
    await page.getByRole('button', { name: 'Why it fired' }).last().click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText('fd.name = /etc/shadow').waitFor()
    await drawer.getByText('in reads_passwords_by_profession').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('tree', { name: 'Processes of the incident' }).waitFor()
  })

  test('hostile names are shown as they are, and do nothing', async () => {
    const text = (await admin.page.locator('#page').textContent()) ?? ''
    expect(text).toContain('<img src=x onerror="alert(1)"><script>alert(2)</script>\\u{202e}gnp.\\x1b[31mexe')
    expect(admin.complaints).toEqual([])
  })

  test('an incident is taken, noted and closed with the keyboard', async () => {
    const { page } = admin
    await page.keyboard.press('m')
    await page.getByText('taken by you').first().waitFor()
    await page.getByRole('tab', { name: /Notes/ }).click()
    await page.getByRole('textbox', { name: 'New note' }).fill('Nobody deployed at that time.')
    await page.getByRole('button', { name: 'Add note' }).click()
    await page.getByRole('listitem').getByText('Nobody deployed at that time.').waitFor()
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('c')
    await page.getByRole('button', { name: 'Open again' }).waitFor()
    await page.keyboard.press('o')
    await page.getByText('Open', { exact: true }).first().waitFor()
  })

  test('the list goes with j and Enter, the palette with letters, and the address keeps what is searched', async () => {
    const { page } = admin
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    await page.getByRole('grid', { name: 'Incidents' }).getByRole('row').nth(1).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'What happened' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('incidents')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('nothing is called that')
    await page.getByText('No incident is like that').waitFor()
    await page.reload()
    await page.getByText('No incident is like that').waitFor()
    expect(new URL(page.url()).searchParams.get('text')).toBe('nothing is called that')
  })

  test('ten thousand findings at once are all there, and leave the page usable', async () => {
    const { page } = admin
    await page.goto(server.url)
    await page.getByRole('heading', { name: 'Newest findings' }).waitFor()
    const nowNs = Date.now() * 1e6
    const flood = Array.from({ length: 10_000 }, (_, index) =>
      finding({
        id: `z${nowNs}-${index}`,
        rule: `Rule ${index % 50}`,
        priority: 'notice',
        pid: 901,
        timeNs: nowNs + index,
        technique: 'T1105',
        output: `flood ${index}`,
        why: [],
      }),
    )
    for (let start = 0; start < flood.length; start += 500) await agent.findings(flood.slice(start, start + 500))
    await page.getByText('flood 9999').waitFor()
    const stored = 'fetch("/api/findings/facets?from=1h&text=flood").then((answer) => answer.json()).then(({ total }) => total)'
    expect(await page.evaluate(stored)).toBe(flood.length)
    await page.getByRole('link', { name: 'All incidents' }).click()
    await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor()
    expect(admin.complaints).toEqual([])
  })

  test('who may only look has no way to change anything, and the server agrees', async () => {
    await makeUser(admin.page, VIEWER)
    const { page, complaints, close } = await openPage(browser)
    await logIn(page, server.url, VIEWER)
    await page.getByRole('link', { name: /Risk/ }).first().click()
    await page.getByRole('heading', { name: 'What happened' }).waitFor()
    expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0)
    const status = await page.evaluate(CHANGE_AN_INCIDENT)
    expect(status).toBe(403)
    expect(complaints).toEqual([])
    await close()
  })

  test('a wrong password says so, a right one leads to what was wanted, and the way out forgets everything', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(`${server.url}/incidents?order=last`)
    await page.getByLabel('Name').fill(ADMIN.name)
    await page.getByLabel('Password').fill('not the right words')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Password').fill(ADMIN.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor()
    expect(new URL(page.url()).search).toBe('?order=last')
    await page.getByRole('button', { name: /^Account/ }).click()
    await page.getByRole('menuitem', { name: 'Log out' }).click()
    await page.getByRole('heading', { name: 'Log in to Tarsier' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Log in to Tarsier' }).waitFor()
    await close()
  })

  test('a server that goes is told, and when it is back the page goes on by itself, with what came meanwhile', async () => {
    const { page } = admin
    await page.goto(server.url)
    await page.getByRole('status').getByText('Live').waitFor()
    await server.stop()
    await page.getByText('Reconnecting').waitFor()
    await server.start()
    const nowNs = Date.now() * 1e6
    await agent.findings([
      finding({
        id: `r${nowNs}`,
        rule: 'Found after the return',
        priority: 'error',
        pid: 902,
        timeNs: nowNs,
        technique: 'T1105',
        output: 'back',
        why: [],
      }),
    ])
    await page.getByRole('status').getByText('Live').waitFor({ timeout: 60_000 })
    await page.getByText('Found after the return').first().waitFor()
  })

  test.each([
    ['dark', 1280],
    ['light', 1280],
    ['dark', 390],
    ['light', 390],
  ] as const)('axe finds nothing, and nothing is too wide, in the %s theme at %d px', async (colorScheme, width) => {
    const { page, complaints, close } = await openPage(browser, { colorScheme, viewport: { width, height: 860 } })
    const problems: string[] = []
    const look = async (path: string, heading: string | RegExp): Promise<void> => {
      await page.goto(`${server.url}${path}`)
      await page.getByRole('heading', { name: heading }).first().waitFor()
      await page.locator('[aria-label^=Loading]').first().waitFor({ state: 'detached' })
      problems.push(...(await violationsOn(page)).map((violation) => `${path}: ${violation}`))
      if (await isTooWide(page)) problems.push(`${path}: is wider than the window`)
    }
    await look('/login', 'Log in to Tarsier')
    await logIn(page, server.url, ADMIN)
    const incident = await page.getByRole('link', { name: /Risk/ }).first().getAttribute('href')
    for (const [path, heading] of PAGES) await look(path, heading)
    await look(incident ?? '', 'What happened')
    expect([problems, complaints]).toEqual([[], []])
    await close()
  })
})

/** Every page that has a path of its own. */
const PAGES: readonly (readonly [path: string, heading: string])[] = [
  ['/', 'Now'],
  ['/incidents', 'Incidents'],
  ['/events', 'Events'],
  ['/findings', 'Findings'],
  ['/processes', 'Processes'],
  ['/rules', 'Rules'],
  ['/rules/Password%20file%20read%20by%20an%20unusual%20program', 'Condition'],
  ['/rule-editor', 'New rule'],
  ['/actions', 'Actions'],
  ['/actions?view=responses', 'Actions'],
  ['/coverage', 'Coverage'],
  ['/coverage?tab=gaps', 'Not proven'],
  ['/sensors', 'Sensors'],
  ['/settings', 'You'],
  ['/settings?tab=users', 'Users'],
  ['/settings?tab=storage', 'On the disk'],
  ['/audit', 'Audit'],
  ['/nowhere', 'No such page'],
]

async function logIn(page: Page, url: string, { name, password }: typeof ADMIN): Promise<void> {
  await page.goto(`${url}/login`)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.getByRole('heading', { name: 'Now', exact: true }).waitFor()
}

/** As a page of the console would ask the API; `page` is that of an admin. */
async function makeUser(page: Page, user: typeof VIEWER): Promise<void> {
  const body = JSON.stringify({ ...user, role: 'viewer' })
  const status = await page.evaluate(`fetch('/api/session').then((answer) => answer.json()).then(({ csrfToken }) =>
    fetch('/api/users', { method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken }, body: ${JSON.stringify(body)} })).then(({ status }) => status)`)
  expect(status).toBe(201)
}

const CHANGE_AN_INCIDENT = `fetch('/api/session').then((answer) => answer.json()).then(({ csrfToken }) =>
  fetch('/api' + location.pathname, { method: 'PATCH', headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken }, body: '{"state":"closed"}' })).then(({ status }) => status)`
