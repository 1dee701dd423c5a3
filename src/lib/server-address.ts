/** Where the server of a folder answers, or answered last: a file that it writes when it listens, so that commands and links on its host find it at any port. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** `state`: the folder of what outlives a run. */
export const serverAddressFile = (state: string): string => join(state, 'server', 'address')

/** `https://tarsier.example.org:7331`; undefined where there is none, or nobody but root may read it. */
export function lastServerAddress(state: string): string | undefined {
  try {
    const url = URL.parse(readFileSync(serverAddressFile(state), 'utf8').trim())
    return url === null || url.origin === 'null' ? undefined : url.origin
  } catch {
    return undefined // whoever asks has another address to fall back to
  }
}
