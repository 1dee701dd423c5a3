/** Passwords are kept as argon2id hashes. Few are made at a time: each takes memory and a core, and anybody may ask for one by trying to log in. */
import { hash, verify } from '@node-rs/argon2'
import { AppError } from '../../lib/app-error.ts'
import { newSecret } from './secret.ts'

/** More than the least of the OWASP Password Storage Cheat Sheet (19 MiB and two passes, or 46 MiB and one). */
const COST = { memoryCost: 46 * 1024, timeCost: 2, parallelism: 1 } as const
const AT_ONCE = 2
const MOST_WAITING = 32
const RETRY_SECONDS = 2

export interface PasswordHashes {
  /** PHC string. Throws AppError LOGIN_BUSY. */
  readonly make: (password: string) => Promise<string>
  /** Takes as long without a hash as with one: nobody learns who has an account. Throws AppError LOGIN_BUSY. */
  readonly matches: (phc: string | undefined, password: string) => Promise<boolean>
  /** Made at another cost than today's. */
  readonly isOutdated: (phc: string) => boolean
}

export function createPasswordHashes(): PasswordHashes {
  const inTurn = createTurns(AT_ONCE, MOST_WAITING)
  let decoy: Promise<string> | undefined

  async function matches(phc: string | undefined, password: string): Promise<boolean> {
    decoy ??= hash(newSecret(), COST)
    const against = phc ?? (await decoy)
    const right = await inTurn(() => verify(against, password))
    return right && phc !== undefined
  }

  return Object.freeze({
    make: (password: string) => inTurn(() => hash(password, COST)),
    matches,
    isOutdated: (phc: string) => !phc.startsWith(`$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$`),
  })
}

/** At most so many at once, so many in line, and the others are sent away. */
function createTurns(atOnce: number, mostWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) throw new AppError('LOGIN_BUSY', { seconds: RETRY_SECONDS })
      // Whoever ends hands its turn on: running stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
