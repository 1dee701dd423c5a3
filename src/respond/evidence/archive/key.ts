/** The host's key for evidence: made when it is first used, of root alone, its public part beside it for whoever verifies elsewhere. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { closeSync, constants, existsSync, fstatSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../../lib/app-error.ts'
import { safeJson } from '../../../lib/escape.ts'
import { replaceFile } from '../../../lib/write-file.ts'
import { sha256 } from './form.ts'

const MAX_PEM = 16 * 1024

export interface EvidenceKey {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly id: string
}

const pathsBelow = (state: string) => ({ privatePath: join(state, 'keys/evidence.pem'), publicPath: join(state, 'keys/evidence.pub') })

/** Hex: SHA-256 of the public key (SPKI, DER). */
export const keyId = (key: KeyObject): string => sha256(key.export({ type: 'spki', format: 'der' }))

/** Throws AppError EVIDENCE_KEY, FILE_UNWRITABLE. */
export function hostKey(state: string): EvidenceKey {
  const { privatePath, publicPath } = pathsBelow(state)
  if (!existsSync(privatePath)) makeKey(state, privatePath)
  const privateKey = readPrivate(privatePath)
  const publicKey = createPublicKey(privateKey)
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  if (!existsSync(publicPath)) replaceFile(publicPath, pem, { mode: 0o644, folderMode: 0o700 })
  return { privateKey, publicKey, id: keyId(publicKey) }
}

/** Undefined where no bundle was made here yet. */
export function hostPublicKey(state: string): KeyObject | undefined {
  const { publicPath } = pathsBelow(state)
  return existsSync(publicPath) ? readPublicKey(publicPath) : undefined
}

/** Of a PEM file. Throws AppError EVIDENCE_KEY. */
export function readPublicKey(path: string): KeyObject {
  return told(path, () => ed25519(createPublicKey(readPem(path))))
}

/** The text that a bundle carries. Throws what node:crypto throws. */
export const parsePublicKey = (pem: string): KeyObject => ed25519(createPublicKey(pem))

/** manifest.sig: the signature and the key that verifies it. */
export const signatureText = (key: KeyObject, signature: Uint8Array): Buffer =>
  Buffer.from(
    `${safeJson({
      algorithm: 'ed25519',
      keyId: keyId(key),
      publicKey: key.export({ type: 'spki', format: 'pem' }).toString(),
      signature: Buffer.from(signature).toString('base64'),
    })}\n`,
  )

/** Two captures at once make one key: who comes second uses the other's. */
function makeKey(state: string, path: string): void {
  const folder = join(state, 'keys')
  const beside = `${path}.${process.pid}`
  const { privateKey } = generateKeyPairSync('ed25519')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    rmSync(beside, { force: true })
    writeFileSync(beside, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' })
    linkSync(beside, path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new AppError('FILE_UNWRITABLE', { path, reason: (cause as Error).message }, { cause })
  } finally {
    rmSync(beside, { force: true })
  }
}

function readPrivate(path: string): KeyObject {
  return told(path, () => {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const { mode, uid, size } = fstatSync(fd)
      if ((mode & 0o077) !== 0 || (uid !== 0 && uid !== process.getuid?.())) throw new Error('others may read or write it')
      if (size > MAX_PEM) throw new Error('it is too large for a key')
      return ed25519(createPrivateKey(readFileSync(fd)))
    } finally {
      closeSync(fd)
    }
  })
}

function readPem(path: string): Buffer {
  const pem = readFileSync(path)
  if (pem.length > MAX_PEM) throw new Error('it is too large for a key')
  return pem
}

function ed25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is no Ed25519 key, but ${key.asymmetricKeyType}`)
  return key
}

function told<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new AppError('EVIDENCE_KEY', { path, reason: (cause as Error).message }, { cause })
  }
}
