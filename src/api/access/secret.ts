/** Secrets that we make: 256 bits of chance. Only their hashes are kept; there is nothing to guess, so that one fast hash is enough. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const BYTES = 32

/** 43 characters that need no escape anywhere. */
export const newSecret = (): string => randomBytes(BYTES).toString('base64url')

/** SHA-256 in hex. */
export const hashOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** What could be one: all else need not be looked up. */
export const looksLikeSecret = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text)

/** Takes as long for texts that are alike as for those that are not. */
export function equalSecrets(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
