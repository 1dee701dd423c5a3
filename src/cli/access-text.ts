/** What commands say about people and the audit log. Each text ends in a newline. */
import type { ListedToken } from '../api/offline/tokens.ts'
import type { Invitation } from '../api/offline/users.ts'
import { escapeText } from '../lib/escape.ts'
import { formatCount } from '../lib/quantity.ts'
import { createStyle } from '../lib/style.ts'
import { rfc3339 } from '../lib/time-format.ts'
import type { AuditEntry, User } from '../store/access-store.ts'
import type { AuditVerdict } from '../store/audit-chain.ts'

const second = (timeNs: number): string => `${rfc3339(timeNs).slice(0, 19)}Z`

export function usersText(users: readonly User[], colour: boolean): string {
  const style = createStyle(colour)
  if (users.length === 0) return 'nobody yet: the server prints a link for the first admin when it starts\n'
  const width = Math.max(...users.map(({ name }) => escapeText(name).length))
  const lines = users.map(({ name, role, disabled, origin, lastLoginNs }) => {
    const login = lastLoginNs === undefined ? 'never logged in' : `last login ${second(lastLoginNs)}`
    const facts = [login, ...(origin === 'local' ? [] : [`from ${origin}`])].join(', ')
    return `${escapeText(name).padEnd(width)}  ${role.padEnd(9)}  ${disabled ? style.red('disabled  ') : ''}${style.dim(escapeText(facts))}\n`
  })
  return lines.join('')
}

export function tokensText(tokens: readonly ListedToken[], nowNs: number, colour: boolean): string {
  const style = createStyle(colour)
  if (tokens.length === 0) return 'there are none: tarsier tokens add makes one\n'
  const named = tokens.map((token) => ({ ...token, what: `${escapeText(token.name)} of ${escapeText(token.user)}` }))
  const width = Math.max(...named.map(({ what }) => what.length))
  const lines = named.map(({ id, what, role, expiresNs, lastUsedNs }) => {
    const end = expiresNs <= nowNs ? style.red(`ended ${second(expiresNs)}`) : `good until ${second(expiresNs)}`
    const use = lastUsedNs === undefined ? 'never used' : `last used ${second(lastUsedNs)}`
    return `${style.dim(id)}  ${what.padEnd(width)}  ${role.padEnd(9)}  ${end}  ${style.dim(use)}\n`
  })
  return lines.join('')
}

export function invitationText({ user, secret }: Invitation, address: string): string {
  return `${escapeText(user.name)} chooses a password at ${address}/setup#${secret}\n(good once, for a day)\n`
}

export function auditEntryText({ number, timeNs, userName, address, action, target, detail }: AuditEntry, colour: boolean): string {
  const style = createStyle(colour)
  const facts = Object.keys(detail).length === 0 ? '' : ` ${style.dim(escapeText(JSON.stringify(detail)))}`
  const who = `${userName === '' ? 'nobody' : userName} (${address})`
  return `${style.dim(String(number).padStart(6))}  ${second(timeNs)}  ${escapeText(who)}  ${style.bold(escapeText(action))}  ${escapeText(target)}${facts}\n`
}

export function auditVerdictText({ ok, entries, brokenAt, hash }: AuditVerdict, colour: boolean): string {
  const style = createStyle(colour)
  if (ok) return `${style.green('✓')} ${formatCount(entries)} entries, each as it was written. The last hash is ${hash}\n`
  return `${style.red('✗')} entry ${brokenAt} was changed, taken out, or put in. Up to there the last hash is ${hash}\n`
}
