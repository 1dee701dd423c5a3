/** Where people reach the console: what the server says when it listens, and what links begin with that root makes on its host. */
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { formatListenAddress, isLoopback, type ListenAddress } from '../../lib/listen-address.ts'
import { lastServerAddress, serverAddressFile } from '../../lib/server-address.ts'
import { replaceFile } from '../../lib/write-file.ts'
import { DEFAULT_LISTEN } from './effective-settings.ts'
import { readServerSettings } from './server-settings.ts'

export interface Reachable {
  /** With the port that was bound. */
  readonly listen: ListenAddress
  readonly isSecure: boolean
  readonly publicNames: readonly string[]
}

/** `https://tarsier.example.org:7331`. Beyond this host a public name comes first: certificates are made out to names. */
export function consoleAddress({ listen: { host, port }, isSecure, publicNames }: Reachable): string {
  const reached = isLoopback(host) ? host : (publicNames[0] ?? (isAnyAddress(host) ? ownAddress(host) : host))
  return `${isSecure ? 'https' : 'http'}://${formatListenAddress({ host: reached, port })}`
}

/** Keeps the address for `lastConsoleAddress`. `state`: the folder of what outlives a run. Throws AppError FILE_UNWRITABLE. */
export function keepConsoleAddress(state: string, address: string): void {
  replaceFile(serverAddressFile(state), `${address}\n`, { mode: 0o600, folderMode: 0o700 })
}

/** Where the server of this folder answers, or answered last; before its first start, where server.yaml says that it will. Throws AppError SERVER_SETTINGS, FILE_UNREADABLE. */
export function lastConsoleAddress(state: string): string {
  const kept = lastServerAddress(state)
  if (kept !== undefined) return kept
  const { listen = DEFAULT_LISTEN, tls, publicNames } = readServerSettings(join(state, 'server.yaml'))
  return consoleAddress({ listen, isSecure: tls !== undefined, publicNames })
}

const isAnyAddress = (host: string): boolean => host === '0.0.0.0' || /^[0:]*:0*$/.test(host)

/** One at which others reach this host; loopback when it has none. */
function ownAddress(any: string): string {
  const family = any.includes(':') ? 'IPv6' : 'IPv4'
  const addresses = Object.values(networkInterfaces()).flatMap((found = []) => found)
  const isGood = (one: (typeof addresses)[number]): boolean => !one.internal && !one.address.startsWith('fe80:')
  const found = addresses.find((one) => isGood(one) && one.family === family) ?? addresses.find(isGood)
  return found?.address ?? '127.0.0.1'
}
