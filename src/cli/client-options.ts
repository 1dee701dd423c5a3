/** Options of the commands that ask a server. */
import { amount, text, texts } from './option.ts'

export const ADDRESS = 'http://127.0.0.1:7331'

export const CLIENT_OPTIONS = {
  server: amount(
    'URL',
    `The server. Default: TARSIER_SERVER, else the one that this host keeps in TARSIER_STATE (/var/lib/tarsier), else ${ADDRESS}. For a CA of your own set NODE_EXTRA_CA_CERTS.`,
    'an address such as https://tarsier.example.org',
    serverOrigin,
  ),
  tokenFile: text('FILE', 'A file with an API token. Default: TARSIER_TOKEN. To make one: tarsier tokens add.'),
} as const

export const RANGE_OPTIONS = {
  from: text('TIME', 'From then on: a time, or how long ago (90m, 24h, 7d). Default: 24h.'),
  to: text('TIME', 'Up to then. Default: now.'),
} as const

const LIMIT = 100

export const LIMIT_OPTION = amount('COUNT', `At most so many. Default: ${LIMIT}.`, 'a whole number above 0', wholeNumber)

export const limitOf = (limit: number | undefined): number => limit ?? LIMIT

export const HOST_OPTION = texts('NAME', 'Only of this host. May be given several times.', 'repeat')

/** Undefined for what is no address of a server, or has more than that behind it. */
export function serverOrigin(given: string): string | undefined {
  const url = URL.parse(given)
  const isServer = url !== null && (url.protocol === 'http:' || url.protocol === 'https:')
  return isServer && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' ? url.origin : undefined
}

function wholeNumber(given: string): number | undefined {
  return /^[1-9]\d{0,6}$/.test(given) ? Number(given) : undefined
}
