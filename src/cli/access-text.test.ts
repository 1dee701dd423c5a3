import { expect, test } from 'vitest'
import type { User } from '../store/access-store.ts'
import { auditEntryText, auditVerdictText, invitationText, tokensText, usersText } from './access-text.ts'

const ADA: User = {
  id: 'u1',
  name: 'ada',
  displayName: 'Ada',
  role: 'admin',
  disabled: false,
  origin: 'local',
  subject: undefined,
  createdNs: 1.79e18,
  lastLoginNs: 1.79e18,
}

test('users stand below each other, with what they may and when they were here', () => {
  const eve: User = { ...ADA, name: 'eve\u001b[31m', role: 'viewer', disabled: true, origin: 'https://id.example', lastLoginNs: undefined }
  expect(usersText([ADA, eve], false)).toBe(
    'ada          admin      last login 2026-09-21T14:13:20Z\n' +
      'eve\\x1b[31m  viewer     disabled  never logged in, from https://id.example\n',
  )
  expect(usersText([], false)).toMatch(/^nobody yet/)
})

test('tokens stand below each other, with their ends, and without what lets in', () => {
  const token = {
    id: 't1',
    userId: 'u1',
    user: 'ada',
    name: 'siem',
    role: 'viewer',
    createdNs: 1.79e18,
    expiresNs: 1.79e18,
    lastUsedNs: undefined,
  } as const
  expect(tokensText([token, { ...token, id: 't2', name: 'a\u001b[31m', expiresNs: 1.8e18, lastUsedNs: 1.79e18 }], 1.795e18, false)).toBe(
    't1  siem of ada       viewer     ended 2026-09-21T14:13:20Z  never used\n' +
      't2  a\\x1b[31m of ada  viewer     good until 2027-01-15T08:00:00Z  last used 2026-09-21T14:13:20Z\n',
  )
  expect(tokensText([], 0, false)).toMatch(/^there are none/)
})

test('an invitation is one link', () => {
  expect(invitationText({ user: ADA, secret: 'abc' }, 'https://t.example')).toBe(
    'ada chooses a password at https://t.example/setup#abc\n(good once, for a day)\n',
  )
})

test('an entry of the audit log is one line, whatever it holds', () => {
  const entry = {
    number: 7,
    timeNs: 1.79e18,
    userId: undefined,
    userName: '',
    address: '10.0.0.1',
    action: 'session.login.failed',
    target: 'two\nlines',
    detail: { text: '\u001b[2J' },
    previousHash: '',
    hash: '',
  }
  expect(auditEntryText(entry, false)).toBe(
    '     7  2026-09-21T14:13:20Z  nobody (10.0.0.1)  session.login.failed  two\\x0alines {"text":"\\u001b[2J"}\n',
  )
})

test('a verdict says where the chain breaks, and which hash is right up to there', () => {
  expect(auditVerdictText({ ok: true, entries: 1200, brokenAt: undefined, hash: 'aa' }, false)).toBe(
    '✓ 1,200 entries, each as it was written. The last hash is aa\n',
  )
  expect(auditVerdictText({ ok: false, entries: 3, brokenAt: 3, hash: 'aa' }, false)).toBe(
    '✗ entry 3 was changed, taken out, or put in. Up to there the last hash is aa\n',
  )
})
