/** SCRAM, the client's side (RFC 5802, RFC 7677), without channel binding, as Kafka has it. */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

export interface ScramOptions {
  readonly hash: 'sha256' | 'sha512'
  readonly user: string
  readonly password: string
  /** Sends a message to the server, and resolves with its answer. */
  readonly exchange: (message: string) => Promise<string>
  /** For tests with known answers. */
  readonly nonce?: string
}

/** A server could ask for so much work that nothing else is done. */
const MAX_ITERATIONS = 1_000_000
const MIN_ITERATIONS = 4096

const derive = promisify(pbkdf2)

/** Rejects where the server does not know the password either: it is not the one that it should be. */
export async function scram({ hash, user, password, exchange, nonce = randomBytes(24).toString('base64') }: ScramOptions): Promise<void> {
  const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest()
  const firstBare = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`
  const serverFirst = await exchange(`n,,${firstBare}`)
  const { r: serverNonce = '', s: salt = '', i: iterations = '' } = attributesOf(serverFirst)
  const count = Number(iterations)
  if (!serverNonce.startsWith(nonce) || serverNonce === nonce) throw new Error('SCRAM: the server did not add to the nonce')
  if (!Number.isInteger(count) || count < MIN_ITERATIONS || count > MAX_ITERATIONS)
    throw new Error(`SCRAM: the server asks for ${count} iterations`)
  const salted = await derive(password.normalize('NFKC'), Buffer.from(salt, 'base64'), count, hash === 'sha256' ? 32 : 64, hash)
  const clientKey = hmac(salted, 'Client Key')
  const withoutProof = `c=biws,r=${serverNonce}`
  const message = `${firstBare},${serverFirst},${withoutProof}`
  const signature = hmac(createHash(hash).update(clientKey).digest(), message)
  const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0))
  const { v = '', e } = attributesOf(await exchange(`${withoutProof},p=${Buffer.from(proof).toString('base64')}`))
  if (e !== undefined) throw new Error(`SCRAM: the server says ${e.slice(0, 100)}`)
  const expected = hmac(hmac(salted, 'Server Key'), message)
  const given = Buffer.from(v, 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error('SCRAM: the server does not know the password')
}

/** `r=…,s=…,i=…`. */
function attributesOf(message: string): Readonly<Record<string, string>> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}
