/** Signatures by Ed25519 over a purpose, a name and bytes: one that was made for something else, or under another name, does not count. */
import { type KeyObject, sign, verify } from 'node:crypto'

/** One line each. */
export interface SignedName {
  readonly purpose: string
  readonly name: string
}

/** Of scripts that responses run. */
export const SCRIPT_PURPOSE = 'tarsier script v1'

const SIGNATURE_BYTES = 64

const message = ({ purpose, name }: SignedName, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${purpose}\n${name}\n`, 'utf8'), bytes])

/** @returns base64 with a line end. Throws an Error for people for a key of another kind. */
export function signNamed(signed: SignedName, bytes: Uint8Array, key: KeyObject): string {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`the key is ${key.asymmetricKeyType}, not ed25519`)
  return `${sign(null, message(signed, bytes), key).toString('base64')}\n`
}

/** `signature`: as `signNamed` wrote it. */
export function isSignedBy(
  signed: SignedName,
  bytes: Uint8Array,
  { signature, key }: { readonly signature: string; readonly key: KeyObject },
): boolean {
  const raw = Buffer.from(signature.trim(), 'base64')
  return raw.length === SIGNATURE_BYTES && key.asymmetricKeyType === 'ed25519' && verify(null, message(signed, bytes), key, raw)
}
