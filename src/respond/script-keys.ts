/** Keys whose signatures of scripts count, and which of them made one. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isSignedBy, SCRIPT_PURPOSE } from '../lib/named-signature.ts'
import { readKept } from './kept-file.ts'

const MAX_KEY = 4096
const MAX_KEYS = 64

export interface ScriptKey {
  /** Of its file. */
  readonly name: string
  readonly key: KeyObject
}

/** Name of the key that signed the script under that name; undefined: none of them. */
export function signerOf(name: string, bytes: Buffer, signature: string, keys: readonly ScriptKey[]): string | undefined {
  return keys.find(({ key }) => isSignedBy({ purpose: SCRIPT_PURPOSE, name }, bytes, { signature, key }))?.name
}

/** Every `*.pub` (PEM, Ed25519) of the folder. Throws an Error for people where one is not root's, or no such key. */
export function readScriptKeys(folder: string): readonly ScriptKey[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.pub'))
  if (names.length > MAX_KEYS) throw new Error(`${folder} holds more than ${MAX_KEYS} keys`)
  return names.sort().map((name) => {
    const key = createPublicKey(readKept(join(folder, name), { maxBytes: MAX_KEY }).bytes)
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${join(folder, name)} is ${key.asymmetricKeyType}, not ed25519`)
    return { name, key }
  })
}
