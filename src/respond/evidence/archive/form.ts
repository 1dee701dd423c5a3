/** The form of a bundle: names, bounds, and what binds its parts together. */
import { createHash } from 'node:crypto'
import { EVIDENCE_FORMAT, type EvidenceEntry } from '../../../findings/evidence.ts'

export const MANIFEST = 'manifest.json'
export const TIME = 'time.json'
export const SIGNATURE = 'manifest.sig'
/** The answer of a time stamping authority (RFC 3161) about manifest.sig; may be missing. */
export const TIMESTAMP = 'timestamp.tsr'
/** At the end of the archive, in this order. */
export const SEALS = [MANIFEST, TIME, SIGNATURE, TIMESTAMP] as const

/** Of all files of a bundle together: what is larger is neither made nor read. */
export const MAX_UNPACKED_BYTES = 16 * 2 ** 30
export const MAX_ENTRIES = 50_000
export const MAX_SEAL_BYTES = 64 * 2 ** 20
export const MAX_NAME = 200
export const EXTENSION = '.tar.zst'

/** Folders and a file, none of which begins with a dot. */
const SAFE_NAME = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*){0,5}$/

export const isSafeName = (name: string): boolean => name.length <= MAX_NAME && SAFE_NAME.test(name)

/** What the first link hangs on. */
export const firstLink = (id: string): string => sha256(`${EVIDENCE_FORMAT}\n${id}\n`)

export function chainLink(before: string, { name, section, bytes, sha256: digest, collectedNs }: Omit<EvidenceEntry, 'chain'>): string {
  return sha256(`${before}\n${name}\n${section}\n${bytes}\n${digest}\n${collectedNs}\n`)
}

/** What is signed: both seals by their hashes, and the form, so that the key's word is good for nothing else. */
export const signedBytes = (manifest: Uint8Array, time: Uint8Array): Buffer =>
  Buffer.from(`${EVIDENCE_FORMAT}\n${sha256(manifest)}\n${sha256(time)}\n`)

/** Hex. */
export const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex')

/** Headers hold nothing that is not in the manifest: the archive's bytes follow from it. */
export const headerOf = (name: string, size: number, collectedNs: number) => ({
  ...{ name, size, type: 'file' as const, mode: 0o600, uid: 0, gid: 0 },
  mtime: new Date(Math.floor(collectedNs / 1e9) * 1000),
})
