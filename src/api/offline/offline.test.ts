import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditEntry } from '../../store/access-store.ts'
import { openSampleApi, type SampleApi } from '../sample-api.ts'
import { listAudit, verifyAuditOfFile, verifyAuditOfStore } from './audit.ts'
import { addToken, listTokens, removeToken } from './tokens.ts'
import { addUser, changeUser, listUsers, removeUser, resetUser } from './users.ts'

const ALL = { newest: undefined, user: undefined, action: undefined }

let api: SampleApi
let folder: string
let nowNs: number
beforeAll(async () => {
  api = await openSampleApi()
  folder = join(api.folder, 'store')
  nowNs = api.services.nowNs()
})
afterAll(() => api.close())

const setUp = (secret: string, name: string) => api.nobody.ask('POST', '/api/setup', { secret, name, password: 'four horses in the rain' })

test('somebody who is added while the server runs chooses a password by the link, once', async () => {
  const { user, secret } = addUser(folder, { name: 'ada', role: 'admin' }, nowNs)
  expect(listUsers(folder)).toEqual([user])
  expect((await setUp(secret, 'bob')).status).toBe(403)
  expect(await setUp(secret, 'ada')).toMatchObject({ status: 201, json: { role: 'admin', user: { id: user.id } } })
  expect((await setUp(secret, 'ada')).status).toBe(403)
  expect(() => addUser(folder, { name: 'ada', role: 'viewer' }, nowNs)).toThrowError(expect.objectContaining({ code: 'STORE_NAME_TAKEN' }))
})

test('a reset lets in who was disabled, ends all sessions, and takes the place of the link before', async () => {
  const user = api.addUser('analyst', { disabled: true })
  const first = resetUser(folder, user.name, nowNs)
  const { secret } = resetUser(folder, user.name, nowNs)
  expect((await setUp(first.secret, user.name)).status).toBe(403)
  expect(await setUp(secret, user.name)).toMatchObject({ status: 201, json: { user: { disabled: false } } })
})

test.each<readonly [string, () => unknown, string]>([
  ['of somebody unknown', () => resetUser(folder, 'nobody', nowNs), 'USER_UNKNOWN'],
  [
    'of somebody from a provider',
    () => resetUser(folder, api.addUser('viewer', { origin: 'https://id.example', subject: 's' }).name, nowNs),
    'USER_NOT_LOCAL',
  ],
  ['where there is no store', () => resetUser('/nonexistent', 'ada', nowNs), 'STORE_UNOPENED'],
])('a reset %s is refused', (_, reset, code) => {
  expect(reset).toThrowError(expect.objectContaining({ code }))
})

test('what somebody may changes at once for who is logged in, and who is disabled is logged out', async () => {
  const user = api.addUser('viewer')
  const session = api.logIn(user.role, user)
  const role = async (): Promise<unknown> => ((await session.ask('GET', '/api/session')).json as { role?: string }).role
  expect(await role()).toBe('viewer')
  expect(changeUser(folder, user.name, { role: 'analyst' }, nowNs)).toMatchObject({ id: user.id, role: 'analyst' })
  expect(await role()).toBe('analyst')
  changeUser(folder, user.name, { disabled: true }, nowNs)
  expect((await session.ask('GET', '/api/session')).status).toBe(401)
  changeUser(folder, user.name, { disabled: false }, nowNs)
  expect((await session.ask('GET', '/api/session')).status).toBe(401)
})

test('a token that is taken away lets its program in no more, and no list has its hash', async () => {
  const user = api.addUser('viewer')
  const { token, secret } = addToken(folder, { name: 'siem', role: 'viewer', user: user.name, days: 1 }, nowNs)
  const ask = async (): Promise<number> =>
    (await api.nobody.ask('GET', '/api/session', undefined, { authorization: `Bearer ${secret}` })).status
  expect(await ask()).toBe(200)
  const { tokenHash, ...shown } = token
  expect(listTokens(folder)).toContainEqual({ ...shown, lastUsedNs: expect.any(Number), user: user.name })
  expect(JSON.stringify(listTokens(folder))).not.toContain(tokenHash)
  expect(removeToken(folder, token.id, nowNs)).toMatchObject({ name: 'siem', user: user.name })
  expect(await ask()).toBe(401)
  expect(() => removeToken(folder, token.id, nowNs)).toThrowError(expect.objectContaining({ code: 'TOKEN_UNKNOWN' }))
})

test('who is removed has neither session nor token; the last admin stays', async () => {
  const user = api.addUser('viewer')
  const session = api.logIn(user.role, user)
  const { token } = addToken(folder, { name: 'theirs', role: 'viewer', user: user.name, days: 1 }, nowNs)
  removeUser(folder, user.name, nowNs)
  expect((await session.ask('GET', '/api/session')).status).toBe(401)
  expect(listUsers(folder).map(({ name }) => name)).not.toContain(user.name)
  expect(listTokens(folder).map(({ id }) => id)).not.toContain(token.id)
  const admins = listUsers(folder).filter(({ role, disabled }) => role === 'admin' && !disabled)
  const last = admins.at(-1)?.name ?? ''
  for (const { name } of admins.slice(0, -1)) changeUser(folder, name, { role: 'viewer' }, nowNs)
  const refused = expect.objectContaining({ code: 'USER_LAST_ADMIN' })
  expect(() => removeUser(folder, last, nowNs)).toThrowError(refused)
  expect(() => changeUser(folder, last, { role: 'viewer' }, nowNs)).toThrowError(refused)
  expect(() => changeUser(folder, last, { disabled: true }, nowNs)).toThrowError(refused)
  const told = [...listAudit(folder, ALL)].map(({ action }) => action)
  expect(told).toEqual(expect.arrayContaining(['user.change', 'user.remove', 'token.add', 'token.remove']))
})

test('what was done at the store stands in the audit log; an export says the same and can be verified', async () => {
  const entries = [...listAudit(folder, ALL)]
  expect(entries.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['user.add', 'session.setup', 'user.reset', 'session.setup.failed']),
  )
  expect(entries[0]).toMatchObject({ number: 1, action: 'user.add', target: 'ada', address: 'this host', detail: { role: 'admin' } })
  const { ok, hash } = verifyAuditOfStore(folder)
  expect({ ok, hash }).toEqual({ ok: true, hash: entries.at(-1)?.hash })
  expect(await verifyAuditOfFile(exported(entries))).toEqual({ ok: true, entries: entries.length, brokenAt: undefined, hash })
  expect(await verifyAuditOfFile(exported(entries.slice(2)))).toMatchObject({ ok: true, hash })
})

test.each<readonly [string, (entries: AuditEntry[]) => AuditEntry[], number]>([
  ['an entry was changed', ([a, b, ...rest]) => [a as AuditEntry, { ...(b as AuditEntry), userName: 'somebody else' }, ...rest], 2],
  ['a time was changed', ([a, b, ...rest]) => [a as AuditEntry, { ...(b as AuditEntry), timeNs: 1 }, ...rest], 2],
  ['an entry was taken out', ([a, _, ...rest]) => [a as AuditEntry, ...rest], 2],
  ['two entries changed places', ([a, b, c, ...rest]) => [a as AuditEntry, c as AuditEntry, b as AuditEntry, ...rest], 2],
])('an export in which %s is found out', async (_, change, brokenAt) => {
  expect(await verifyAuditOfFile(exported(change([...listAudit(folder, ALL)])))).toMatchObject({ ok: false, brokenAt })
})

test('a file that is no export is told as one', async () => {
  for (const text of ['', 'nonsense\n', '{"number":1}\n']) {
    const path = join(api.folder, 'none.jsonl')
    writeFileSync(path, text)
    await expect(verifyAuditOfFile(path)).rejects.toMatchObject({ code: 'AUDIT_EXPORT' })
  }
})

test('the newest are listed, by user and by action, the oldest of them first', () => {
  const newest = [...listAudit(folder, { ...ALL, newest: 3 })]
  expect(newest.map(({ number }) => number)).toEqual([...listAudit(folder, ALL)].slice(-3).map(({ number }) => number))
  expect([...listAudit(folder, { ...ALL, newest: 10, action: 'user.add' })].map(({ target }) => target)).toEqual(['ada'])
  expect([...listAudit(folder, { ...ALL, user: 'ada' })].every(({ userName }) => userName === 'ada')).toBe(true)
})

test('what somebody changes in the file itself is found out, by the command and by the API', async () => {
  const database = new DatabaseSync(join(folder, 'state.sqlite'))
  const guards = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'").all()
  for (const { name } of guards) database.exec(`DROP TRIGGER ${name}`)
  database.exec(`UPDATE audit SET document = replace(document, '"ada"', '"eve"') WHERE number = 1`)
  database.close()
  expect(verifyAuditOfStore(folder)).toMatchObject({ ok: false, brokenAt: 1 })
  expect((await api.logIn('admin').ask('GET', '/api/audit/verification')).json).toMatchObject({ ok: false, brokenAt: 1 })
})

function exported(entries: readonly AuditEntry[]): string {
  const path = join(api.folder, 'audit.jsonl')
  writeFileSync(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  expect(readFileSync(path, 'utf8').length).toBeGreaterThan(0)
  return path
}
