/** Files kept encrypted (AES-256-GCM), so that neither a scanner nor a careless hand wakes what is in them. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
/** NIST SP 800-38D §8.2: random, of 96 bits; a key is good for 2^32 files. */
const IV_BYTES = 12

export interface Sealed {
  /** Hexadecimal, as all of these. */
  readonly iv: string
  readonly tag: string
  /** Of the plain content. */
  readonly sha256: string
  readonly bytes: number
}

/** Made at the first call, for root alone. */
export function sealingKey(path: string): Buffer {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(path, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const key = readFileSync(path)
  if (key.length !== KEY_BYTES) throw new RangeError(`${path} is no key`)
  return key
}

interface Sealing {
  readonly key: Buffer
  /** Bound to the content: it decrypts with this text alone. */
  readonly label: string
}

/** Reads the open file from its beginning, at most `maxBytes`. Throws RangeError when there is more. */
export async function seal(fd: number, to: string, { key, label, maxBytes }: Sealing & { readonly maxBytes: number }): Promise<Sealed> {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(label))
  const measure = measuring(maxBytes)
  await pipeline(createReadStream(again(fd)), measure.through, cipher, createWriteStream(to, { mode: 0o600, flags: 'wx', flush: true }))
  return { iv: iv.toString('hex'), tag: cipher.getAuthTag().toString('hex'), ...measure.result() }
}

/** Into the open file; undefined: nowhere, which only checks it. Throws what the cipher says when a bit of it is another, and RangeError when its digest is. */
export async function unseal(
  from: string,
  sealed: Sealed,
  { key, label, to }: Sealing & { readonly to: number | undefined },
): Promise<void> {
  const decipher = createDecipheriv(CIPHER, key, Buffer.from(sealed.iv, 'hex'))
    .setAAD(Buffer.from(label))
    .setAuthTag(Buffer.from(sealed.tag, 'hex'))
  const measure = measuring(Number.POSITIVE_INFINITY)
  const sink = to === undefined ? nowhere() : createWriteStream(again(to), { flags: 'r+' })
  await pipeline(createReadStream(from), decipher, measure.through, sink)
  if (measure.result().sha256 !== sealed.sha256) throw new RangeError('the digest of the content is another')
}

/** The open file, opened once more: a stream that fails closes what it was given. */
const again = (fd: number): string => `/proc/self/fd/${fd}`

function measuring(maxBytes: number) {
  const hash = createHash('sha256')
  let bytes = 0
  const through = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length
      hash.update(chunk)
      if (bytes > maxBytes) next(new RangeError(`it is larger than ${maxBytes} bytes`))
      else next(null, chunk)
    },
  })
  return { through, result: () => ({ sha256: hash.digest('hex'), bytes }) }
}

const nowhere = (): Transform => new Transform({ transform: (_chunk, _encoding, next) => next() }).resume()
