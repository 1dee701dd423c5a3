/** What somebody sees who has neither root nor a kernel for it: `npm run dev` is this command. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { collect, ROOT, until } from './tarsier.ts'

const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('tarsier-replay-'))

test('a recording is shown in the console as if it had ended just now, and nothing of it is left', { timeout: 120_000 }, async () => {
  const before = folders()
  const child = spawn(
    `${ROOT}tarsier`,
    ['replay', 'test/recordings/demo.tsr', '--console', '--listen', '127.0.0.1:0', '--format', 'json'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const [out, err] = [collect(child.stdout), collect(child.stderr)]
  const closed = once(child, 'close')
  try {
    await until(() => /setup#\S+\n/.test(err()) || child.exitCode !== null, 60_000, err)
    const [, origin = '', secret = ''] = /set up the first user at (http:\S+)\/setup#(\S+)/.exec(err()) ?? []
    const printed = out().trimEnd().split('\n').length
    const ask = await loggedIn(origin, secret)
    // Findings and history come by two ways.
    const count = async (path: string, least: number): Promise<number> => {
      for (let tries = 0; tries < 300 && (await ask(path)).length < least; tries++) await sleep(100)
      return (await ask(path)).length
    }
    expect(await count('/api/findings?limit=100', printed)).toBe(printed)
    expect(await count('/api/incidents', 1)).toBeGreaterThan(0)
    expect(await count(`/api/events?condition=${encodeURIComponent('fd.name = /etc/shadow')}`, 1)).toBeGreaterThan(0)
    expect(await count('/api/processes?text=.helper', 1)).toBeGreaterThan(0)
  } finally {
    child.kill('SIGINT')
  }
  expect(await closed).toEqual([0, null])
  expect(folders().filter((name) => !before.includes(name) && existsSync(name))).toEqual([])
})

/** What lists answer to somebody who may do everything. */
async function loggedIn(origin: string, secret: string): Promise<(path: string) => Promise<readonly unknown[]>> {
  const body = JSON.stringify({ secret, name: 'ada', password: 'a long enough pass phrase' })
  const response = await fetch(`${origin}/api/setup`, { method: 'POST', headers: { 'content-type': 'application/json', origin }, body })
  expect(response.status, await response.clone().text()).toBe(201)
  const cookie = response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  return async (path) => {
    const answer = await fetch(origin + path, { headers: { cookie } })
    return ((await answer.json()) as { readonly items: readonly unknown[] }).items
  }
}
