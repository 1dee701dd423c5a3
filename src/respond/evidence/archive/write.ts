/** Writes a bundle as it is collected: nothing is held in memory but what is on its way, and the file has its name only when it is whole and sealed. */
import { createHash, sign } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { createZstdCompress, constants as zlib } from 'node:zlib'
import type { EvidenceEntry, EvidenceManifest, EvidenceReport } from '../../../findings/evidence.ts'
import { AppError } from '../../../lib/app-error.ts'
import { safeJson } from '../../../lib/escape.ts'
import {
  chainLink,
  EXTENSION,
  firstLink,
  headerOf,
  isSafeName,
  MANIFEST,
  MAX_ENTRIES,
  SIGNATURE,
  signedBytes,
  TIME,
  TIMESTAMP,
} from './form.ts'
import { type EvidenceKey, signatureText } from './key.ts'
import { localTime } from './time.ts'

export interface BundleWriter {
  /** A file whose content is there. */
  readonly put: (section: string, name: string, content: Uint8Array) => Promise<void>
  /** A file whose size is promised: what comes beyond it is left out, what is missing is zeros. `chunks` must not throw. Resolves with the bytes that came. */
  readonly stream: (section: string, name: string, size: number, chunks: AsyncIterable<Uint8Array>) => Promise<number>
  /** Bytes of all files so far. */
  readonly bytes: () => number
  readonly entries: () => readonly EvidenceEntry[]
  /** Ends it: the manifest is made of the entries, and the file gets its name. */
  readonly seal: (manifestOf: (entries: readonly EvidenceEntry[], sealedNs: number) => EvidenceManifest) => Promise<EvidenceReport>
  /** Takes away what was written; after `seal` it does nothing. */
  readonly abandon: () => Promise<void>
}

export interface BundlePlace {
  /** Made where it is missing. */
  readonly folder: string
  readonly id: string
  readonly key: EvidenceKey
  /** ns since 1970. */
  readonly nowNs: () => number
  /** What an authority says about manifest.sig, in DER; undefined: nothing is asked, or it did not answer. */
  readonly timestamp?: (signature: Uint8Array) => Promise<Uint8Array | undefined>
}

const LEVEL = 3
const ZEROS = new Uint8Array(64 * 1024)

/** Throws AppError FILE_UNWRITABLE, as do the functions of what it gives. */
export async function createBundle({ folder, id, key, nowNs, timestamp }: BundlePlace): Promise<BundleWriter> {
  const { createTarPacker } = await import('modern-tar')
  const path = join(folder, `${id}${EXTENSION}`)
  const part = join(folder, `.${id}.part`)
  const file = await told(part, () => openPart(folder, part))
  const { readable, controller } = createTarPacker()
  const written = { bytes: 0, hash: createHash('sha256') }
  const draining = drain(readable as ReadableStream<Uint8Array>, file, written)
  // Told where it is awaited: by the write that comes next, or by seal.
  draining.catch(controller.error)
  const entries: EvidenceEntry[] = []
  let link = firstLink(id)
  let bytes = 0
  let queue: Promise<unknown> = Promise.resolve()
  let ended = false

  /** One after the other: a section that has run out of time may still be writing its last file. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(() => told(part, work))
    queue = turn.catch(() => undefined)
    return turn
  }

  async function add(section: string, name: string, size: number, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    if (!isSafeName(name) || entries.length >= MAX_ENTRIES) throw new Error(`${name} cannot be a file of a bundle`)
    const collectedNs = nowNs()
    const hash = createHash('sha256')
    const body = controller.add(headerOf(name, size, collectedNs)).getWriter()
    const write = async (chunk: Uint8Array): Promise<void> => {
      hash.update(chunk)
      await body.write(chunk)
    }
    const had = await copy(chunks, size, write)
    for (let left = size - had; left > 0; left -= ZEROS.length) await write(ZEROS.subarray(0, left))
    await body.close()
    const entry = { name, section, bytes: size, sha256: hash.digest('hex'), collectedNs }
    link = chainLink(link, entry)
    entries.push({ ...entry, chain: link })
    bytes += size
    return had
  }

  async function addSeal(name: string, content: Uint8Array, sealedNs: number): Promise<void> {
    const body = controller.add(headerOf(name, content.length, sealedNs)).getWriter()
    await body.write(content)
    await body.close()
  }

  async function seal(manifestOf: Parameters<BundleWriter['seal']>[0]): Promise<EvidenceReport> {
    const sealedNs = nowNs()
    const manifest = manifestOf(entries, sealedNs)
    const manifestBytes = Buffer.from(`${safeJson(manifest)}\n`)
    const timeBytes = Buffer.from(`${safeJson(localTime(manifestBytes, sealedNs))}\n`)
    const signature = signatureText(key.publicKey, sign(null, signedBytes(manifestBytes, timeBytes), key.privateKey))
    await addSeal(MANIFEST, manifestBytes, sealedNs)
    await addSeal(TIME, timeBytes, sealedNs)
    await addSeal(SIGNATURE, signature, sealedNs)
    const stamp = await timestamp?.(signature)
    if (stamp !== undefined) await addSeal(TIMESTAMP, stamp, sealedNs)
    controller.finalize()
    await draining
    await file.sync()
    await file.close()
    await rename(part, path)
    await syncFolder(folder)
    ended = true
    return { path, bytes: written.bytes, sha256: written.hash.digest('hex'), keyId: key.id, manifest }
  }

  async function abandon(): Promise<void> {
    if (ended) return
    ended = true
    controller.error(new Error('abandoned'))
    await draining.catch(() => undefined)
    await file.close().catch(() => undefined)
    rmSync(part, { force: true })
  }

  return Object.freeze({
    put: (section: string, name: string, content: Uint8Array) =>
      inTurn(async () => void (await add(section, name, content.length, one(content)))),
    stream: (section: string, name: string, size: number, chunks: AsyncIterable<Uint8Array>) =>
      inTurn(() => add(section, name, size, chunks)),
    bytes: () => bytes,
    entries: () => entries,
    seal: (manifestOf: Parameters<BundleWriter['seal']>[0]) => inTurn(() => seal(manifestOf)),
    abandon,
  })
}

/** Of root alone, and never through a link that somebody laid. */
async function openPart(folder: string, part: string): Promise<FileHandle> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = await open(part, 'wx', 0o600)
  chmodSync(part, 0o600)
  return file
}

async function drain(
  tar: ReadableStream<Uint8Array>,
  file: FileHandle,
  written: { bytes: number; hash: { update: (chunk: Uint8Array) => unknown } },
): Promise<void> {
  const compress = createZstdCompress({ params: { [zlib.ZSTD_c_compressionLevel]: LEVEL, [zlib.ZSTD_c_checksumFlag]: 1 } })
  const sinking = pipeline(compress, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      await file.appendFile(chunk)
      written.hash.update(chunk)
      written.bytes += chunk.length
    }
  })
  sinking.catch(() => undefined)
  try {
    // Not by a pipeline: its end comes with the last piece, and Node's zstd then adds an empty frame, which would be bytes of no meaning.
    for await (const chunk of tar) await writeTo(compress, chunk)
  } catch (error) {
    compress.destroy()
    // A full disk is the reason, and not that nothing can be written any more.
    throw await sinking.then(
      () => error,
      (cause: unknown) => cause,
    )
  }
  compress.end()
  await sinking
}

const writeTo = (stream: Writable, chunk: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()))
  })

async function copy(chunks: AsyncIterable<Uint8Array>, size: number, write: (chunk: Uint8Array) => Promise<void>): Promise<number> {
  let had = 0
  for await (const chunk of chunks) {
    const fitting = chunk.subarray(0, size - had)
    if (fitting.length > 0) await write(fitting)
    had += fitting.length
    if (had >= size) break
  }
  return had
}

async function* one(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

async function told<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof AppError || (cause as NodeJS.ErrnoException).code === undefined) throw cause
    throw new AppError('FILE_UNWRITABLE', { path, reason: (cause as Error).message }, { cause })
  }
}
