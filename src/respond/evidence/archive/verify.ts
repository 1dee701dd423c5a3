/** Whether a bundle is what was sealed: every hash, the chain, the imprint, the signature, and nothing beside them. */
import { createHash, type KeyObject, verify as verifySignature } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { z } from 'zod'
import type { EvidenceManifest, EvidenceTime, EvidenceVerification, KeyOrigin } from '../../../findings/evidence.ts'
import { AppError } from '../../../lib/app-error.ts'
import { chainLink, firstLink, MANIFEST, MAX_SEAL_BYTES, SEALS, SIGNATURE, sha256, signedBytes, TIME, TIMESTAMP } from './form.ts'
import { keyId, parsePublicKey, signatureText } from './key.ts'
import { parseJson, parseManifest } from './manifest.ts'
import { BundleFault, type BundleFile, type ReadLimits, readBundle } from './read.ts'
import { timeSchema } from './time.ts'
import { readTimestamp } from './timestamp.ts'

export interface TrustedKeys {
  /** Of whom it has to be; undefined: of anybody, and the answer says of whom. */
  readonly given: KeyObject | undefined
  readonly host: KeyObject | undefined
}

/** Throws AppError FILE_UNREADABLE. What is wrong with the bundle is in the answer. */
export async function verifyBundle(path: string, keys: TrustedKeys, limits?: ReadLimits): Promise<EvidenceVerification> {
  const file = await openBundle(path)
  try {
    return await verifyOpened(path, file, { keys, limits })
  } finally {
    await file.close()
  }
}

/** A plain file. Throws AppError FILE_UNREADABLE. */
export async function openBundle(path: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK a pipe would wait for a writer.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    if ((await file.stat()).isFile()) return file
    await file.close()
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', { path, reason: (cause as Error).message }, { cause })
  }
  throw new AppError('FILE_UNREADABLE', { path, reason: 'it is no plain file' })
}

interface Seen extends BundleFile {
  readonly sha256: string
}

interface Read {
  readonly files: Seen[]
  readonly seals: Map<string, Buffer>
}

interface Checked {
  manifest?: EvidenceManifest
  time?: EvidenceTime
  key?: { readonly id: string; readonly origin: KeyOrigin }
  timestamp?: { readonly genTime: string; readonly serial: string }
}

export async function verifyOpened(
  path: string,
  file: FileHandle,
  { keys, limits }: { readonly keys: TrustedKeys; readonly limits: ReadLimits | undefined },
): Promise<EvidenceVerification> {
  const read: Read = { files: [], seals: new Map() }
  const checked: Checked = {}
  const problem = await problemOf(async () => {
    await readBundle(file, (one, content) => take(one, content, read), limits)
    check(read, checked, keys)
    await checkTimestamp(read, checked)
  })
  const { manifest, time, key, timestamp } = checked
  const contents = read.files.filter(({ name }) => !isSeal(name))
  const bytes = contents.reduce((sum, one) => sum + one.bytes, 0)
  return { path, valid: problem === undefined, problem, manifest, key, time, timestamp, files: contents.length, bytes }
}

async function problemOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof BundleFault) return error.message
    throw error
  }
}

const isSeal = (name: string): boolean => (SEALS as readonly string[]).includes(name)

async function take(file: BundleFile, content: AsyncIterable<Uint8Array>, { files, seals }: Read): Promise<void> {
  const hash = createHash('sha256')
  const kept: Uint8Array[] = []
  if (isSeal(file.name) && file.bytes > MAX_SEAL_BYTES) throw new BundleFault(`${file.name} is larger than it can be`)
  for await (const chunk of content) {
    hash.update(chunk)
    if (isSeal(file.name)) kept.push(chunk)
  }
  files.push({ ...file, sha256: hash.digest('hex') })
  if (isSeal(file.name)) seals.set(file.name, Buffer.concat(kept))
}

/** In the order in which a reader would ask; fills `checked` as far as it comes. */
function check({ files, seals }: Read, checked: Checked, keys: TrustedKeys): void {
  const [manifestBytes, timeBytes, signatureBytes] = [MANIFEST, TIME, SIGNATURE].map((name) => {
    const seal = seals.get(name)
    if (seal === undefined) throw new BundleFault(`${name} is missing`)
    return seal
  }) as [Buffer, Buffer, Buffer]
  const manifest = understood(MANIFEST, () => parseManifest(manifestBytes))
  checked.manifest = manifest
  compareFiles(files, manifest)
  compareChain(manifest)
  const time = understood(TIME, () => timeSchema.parse(parseJson(timeBytes)))
  checked.time = time
  if (time.messageImprint !== sha256(manifestBytes)) throw new BundleFault(`${TIME}: its imprint is of another manifest`)
  if (Math.abs(Date.parse(time.genTime) * 1e6 - manifest.sealedNs) > 1e9)
    throw new BundleFault(`${TIME}: its time is not that of the manifest`)
  checkSignature(signatureBytes, { signed: signedBytes(manifestBytes, timeBytes), checked, keys })
}

function compareFiles(files: readonly Seen[], { entries, sealedNs }: EvidenceManifest): void {
  const contents = files.filter(({ name }) => !isSeal(name))
  for (const [index, entry] of entries.entries()) {
    const file = contents[index]
    if (file === undefined) throw new BundleFault(`${entry.name} is missing`)
    if (file.name !== entry.name) throw new BundleFault(nameProblem(entry.name, file.name, contents, entries))
    if (file.bytes !== entry.bytes) throw new BundleFault(`${entry.name} has ${file.bytes} bytes; the manifest says ${entry.bytes}`)
    if (file.sha256 !== entry.sha256) throw new BundleFault(`${entry.name}: its SHA-256 is not that of the manifest`)
    if (file.timeNs !== wholeSeconds(entry.collectedNs)) throw new BundleFault(`${entry.name}: its time is not that of the manifest`)
  }
  const extra = contents[entries.length]
  if (extra !== undefined) throw new BundleFault(`${extra.name} is not in the manifest`)
  const seals = files.slice(contents.length)
  const expected = SEALS.filter((name) => name !== TIMESTAMP || seals.length === SEALS.length)
  const wrong = expected.find((name, index) => seals[index]?.name !== name || seals[index]?.timeNs !== wholeSeconds(sealedNs))
  if (wrong !== undefined) throw new BundleFault(`${wrong} is not where it belongs, or of another time`)
}

const wholeSeconds = (ns: number): number => Math.floor(ns / 1e9) * 1000 * 1e6

type Named = readonly { readonly name: string }[]

function nameProblem(wanted: string, found: string, contents: Named, entries: Named): string {
  if (!contents.some(({ name }) => name === wanted)) return `${wanted} is missing`
  if (!entries.some(({ name }) => name === found)) return `${found} is not in the manifest`
  return `${found} stands where ${wanted} belongs`
}

function compareChain({ id, entries }: EvidenceManifest): void {
  let link = firstLink(id)
  for (const entry of entries) {
    link = chainLink(link, entry)
    if (link !== entry.chain) throw new BundleFault(`${entry.name}: the chain of hashes breaks here`)
  }
}

const signatureSchema = z.strictObject({
  algorithm: z.literal('ed25519'),
  keyId: z.string().max(64),
  publicKey: z.string().max(4096),
  signature: z.string().max(256),
})

interface Signing {
  readonly signed: Uint8Array
  readonly checked: Checked
  readonly keys: TrustedKeys
}

function checkSignature(bytes: Uint8Array, { signed, checked, keys }: Signing): void {
  const { key, said } = understood(SIGNATURE, () => {
    const said = signatureSchema.parse(parseJson(bytes))
    return { said, key: parsePublicKey(said.publicKey) }
  })
  const signature = Buffer.from(said.signature, 'base64')
  // One text for one signature: blanks and loose bits of base64 would be room for changes.
  const isExact = Buffer.from(bytes).equals(signatureText(key, signature))
  if (!isExact) throw new BundleFault(`${SIGNATURE} is not written as signatures are`)
  const id = keyId(key)
  const isOf = (other: KeyObject | undefined): boolean => other !== undefined && keyId(other) === id
  const origin: KeyOrigin = isOf(keys.given) ? 'given' : isOf(keys.host) ? 'host' : 'carried'
  checked.key = { id, origin }
  if (!verifySignature(null, signed, key, signature)) throw new BundleFault('the signature is not of this manifest')
  if (keys.given !== undefined && origin !== 'given')
    throw new BundleFault(`it was signed with the key ${id}, not with the one that was given`)
}

/** Not under the signature, which it is about: so it has to be of that. */
async function checkTimestamp({ seals }: Read, checked: Checked): Promise<void> {
  const answer = seals.get(TIMESTAMP)
  if (answer === undefined) return
  const said = await readTimestamp(answer).catch((cause: Error) => {
    throw new BundleFault(`${TIMESTAMP} cannot be understood: ${cause.message.slice(0, 300)}`, { cause })
  })
  if (said.messageImprint !== sha256(seals.get(SIGNATURE) ?? '')) throw new BundleFault(`${TIMESTAMP}: its imprint is of another signature`)
  checked.timestamp = { genTime: said.genTime, serial: said.serial }
}

function understood<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new BundleFault(`${name} cannot be understood: ${(cause as Error).message.slice(0, 300)}`, { cause })
  }
}
