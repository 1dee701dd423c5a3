/** Options of the commands about people. */
import { amount } from './option.ts'

export const URL_OPTION = amount(
  'URL',
  'Where the console is reached, for the link. Default: where the server of this host says that it is.',
  'an address such as https://tarsier.example.org',
  origin,
)

function origin(text: string): string | undefined {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url.origin : undefined
}

/** A name that the console takes, in lower case. */
export const isUserName = (name: string): boolean => /^[a-z0-9][a-z0-9._@-]{0,63}$/.test(name)
