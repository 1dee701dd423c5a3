/** Addresses to listen on, as people write them. */

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

const LOOPBACK = '127.0.0.1'
const MAX_PORT = 65_535

/**
 * `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464`; a port alone (`9464`, `:9464`) is that of loopback: other addresses must be
 * written out. Undefined when it is none. Port 0 asks for any that is free.
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):|:?)(\d{1,5})$/.exec(text.trim())
  const port = Number(match?.[3])
  if (!match || port > MAX_PORT) return undefined
  return { host: match[1] ?? match[2] ?? LOOPBACK, port }
}

export function isLoopback(host: string): boolean {
  return host === '::1' || host.toLowerCase() === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** As people write it. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
