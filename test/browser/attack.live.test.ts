/** From a real attack to silence about it: the sensor in this kernel, the server beside it, and a browser. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cannotObserve } from '../live/observe.ts'
import { type RunningTarsier, startTarsier, until } from '../tarsier.ts'
import { CHROMIUM, launchBrowser, openPage, type WatchedPage } from './chromium.ts'

const RULE = 'Password file read by an unusual program'
const ADMIN = { name: 'ada', password: 'enchantress of numbers' }
const reason = cannotObserve() ?? (CHROMIUM === undefined ? 'there is no chromium' : undefined)

describe.skipIf(reason !== undefined)(
  `a real attack in the console${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 240_000 },
  () => {
    let folder: string
    let agent: RunningTarsier
    let browser: Browser
    let admin: WatchedPage
    let url = ''

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tarsier-attack-'))
      copyFileSync('/bin/cat', join(folder, 'notes'))
      const rules = ['rules/credential-access', 'rules/macros.yaml'].flatMap((path) => ['--rules', path])
      ;[agent, browser] = await Promise.all([
        startTarsier([
          'run',
          ...rules,
          '--state',
          join(folder, 'state'),
          '--listen',
          '127.0.0.1:0',
          '--format',
          'json',
          '--fold-window',
          '0',
        ]),
        launchBrowser(),
      ])
      await until(() => /setup#\S+\n/.test(agent.stderr()), 60_000, agent.stderr)
      const [link = ''] = /http:\S+\/setup#\S+/.exec(agent.stderr()) ?? []
      url = new URL(link).origin
      admin = await openPage(browser)
      await admin.page.goto(link)
      await admin.page.getByLabel('Name').fill(ADMIN.name)
      await admin.page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
      await admin.page.getByLabel('Password again').fill(ADMIN.password)
      await admin.page.getByRole('button', { name: 'Make the admin and log in' }).click()
      await admin.page.getByRole('heading', { name: 'Now', exact: true }).waitFor()
    }, 240_000)

    afterAll(async () => {
      await browser?.close()
      await agent?.stop()
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    }, 60_000)

    const steal = (): void => void execFileSync(join(folder, 'notes'), ['/etc/shadow'])
    const found = (): number => agent.findings().filter(({ rule }) => rule === RULE).length

    test('it appears without loading anew, and its incident says why it fired', async () => {
      const { page } = admin
      await page.evaluate('window.sameDocument = true')
      const begun = performance.now()
      steal()
      await page.getByText(RULE).first().waitFor()
      console.log(`seen after ${Math.round(performance.now() - begun)} ms`)
      expect(await page.evaluate('window.sameDocument')).toBe(true)
      await page.getByRole('link', { name: /Risk/ }).first().click()
      await page.getByRole('heading', { name: 'What happened' }).waitFor()
      await page.getByText(/The password file was read by an unusual program: notes as root/).waitFor()
      await page.getByRole('button', { name: 'Why it fired' }).last().click()
      await page.getByRole('dialog').getByText('fd.name in (/etc/shadow').first().waitFor()
      await page.keyboard.press('Escape')
    })

    test('an exception keeps the rule silent about it, and about nothing else', async () => {
      const { page } = admin
      await page.goto(`${url}/findings?rule=${encodeURIComponent(RULE)}`)
      await page.getByRole('grid', { name: 'Findings' }).getByText('The password file was read').first().click()
      await page.getByRole('button', { name: 'Add exception' }).click()
      const dialog = page.getByRole('dialog', { name: 'Add exception' })
      expect(await dialog.getByLabel('Value of proc.exepath').inputValue()).toBe(join(folder, 'notes'))
      await dialog.getByLabel('Name', { exact: true }).fill('our notes')
      await dialog.getByLabel('Reason').fill('It is the program of this test.')
      await dialog.getByRole('button', { name: 'Add exception' }).click()
      await page.getByText('The rule is silent about it from now on').waitFor()
      await agent.finding(({ rule }) => rule === 'Tarsier loaded new rules')
      const before = found()
      steal()
      execFileSync('/bin/cp', ['/etc/shadow', join(folder, 'copy')])
      await agent.finding(({ rule, output }) => rule === RULE && output.includes('/bin/cp'))
      expect(found() - before).toBe(1)
      await page.goto(`${url}/findings?rule=${encodeURIComponent(RULE)}`)
      await page.getByText('excepted').first().waitFor()
    })

    test('a rule is tried on history, and says what it would have found with the exception', async () => {
      const { page } = admin
      await page.goto(`${url}/rules/${encodeURIComponent(RULE)}`)
      await page.getByText('It is the program of this test.').waitFor()
      await page.getByRole('button', { name: 'Try it' }).click()
      await page.getByText(/would have come/).waitFor()
      await page.getByRole('button', { name: 'Remove our notes' }).click()
      await page.getByText('It is the program of this test.').waitFor({ state: 'detached' })
      const text = (await page.getByText(/would have come/).textContent()) ?? ''
      await page.getByRole('button', { name: 'Try it' }).click()
      await waitForOther(page, text)
    })

    test('whoever may only look is offered nothing more', async () => {
      const { page } = admin
      await page.goto(`${url}/settings?tab=users`)
      await page.getByRole('button', { name: 'Add user' }).click()
      const dialog = page.getByRole('dialog', { name: 'Add user' })
      await dialog.getByLabel('Name', { exact: true }).fill('vera')
      await dialog.getByLabel('First password').fill('looks at things only')
      await dialog.getByRole('button', { name: 'Add user' }).click()
      await page.getByText('never here').waitFor()
      const viewer = await openPage(browser)
      await viewer.page.goto(`${url}/login?to=${encodeURIComponent(`/rules/${RULE}`)}`)
      await viewer.page.getByLabel('Name').fill('vera')
      await viewer.page.getByLabel('Password').fill('looks at things only')
      await viewer.page.getByRole('button', { name: 'Log in', exact: true }).click()
      await viewer.page.getByRole('heading', { name: 'How it runs' }).waitFor()
      expect(await viewer.page.getByRole('switch', { name: 'On' }).isDisabled()).toBe(true)
      expect(await viewer.page.getByRole('button', { name: /Add exception|Edit|Try it/ }).count()).toBe(0)
      await viewer.page.goto(`${url}/audit`)
      await viewer.page.getByText('role').first().waitFor()
      expect(await viewer.page.getByRole('grid').count()).toBe(0)
      await viewer.close()
    })

    test('what was done stands in the audit log', async () => {
      const { page } = admin
      await page.goto(`${url}/audit`)
      for (const action of ['rule.exception.add', 'rule.exception.remove', 'backtest.begin', 'user.add'])
        await page.getByText(action).first().waitFor()
      await page.getByText(/the chain is whole/).waitFor()
      expect(admin.complaints).toEqual([])
    })
  },
)

/** The outcome of a trial is another than it was. */
async function waitForOther(page: Page, text: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const now = (await page.getByText(/would have come/).textContent()) ?? ''
    if (now !== text && now !== '') return
    await page.waitForTimeout(100)
  }
  throw new Error(`the trial still says: ${text}`)
}
