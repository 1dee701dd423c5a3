/** Reads a bundle that anybody may have made: bounded in names, sizes and number, and whatever is no file of it is refused. */
import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { headerOf, isSafeName, MAX_ENTRIES, MAX_UNPACKED_BYTES } from './form.ts'

export interface BundleFile {
  readonly name: string
  readonly bytes: number
  /** ns since 1970, in whole seconds. */
  readonly timeNs: number
}

/** Reads the content to its end, or not at all: then the rest is passed over. */
export type OnFile = (file: BundleFile, content: AsyncIterable<Uint8Array>) => Promise<void>

export interface ReadLimits {
  /** Of all files together, unpacked. */
  readonly maxBytes: number
}

/** What is wrong with a bundle: words for people. Not a failure of this program. */
export class BundleFault extends Error {}

/**
 * Calls `onFile` for each file in the order of the archive. Throws BundleFault for what is no bundle: other things than files, names that lead elsewhere,
 * the same name twice, damage, more than the limits, and any byte that the headers' meaning does not account for.
 */
export async function readBundle(
  file: FileHandle,
  onFile: OnFile,
  { maxBytes }: ReadLimits = { maxBytes: MAX_UNPACKED_BYTES },
): Promise<void> {
  const { createTarDecoder } = await import('modern-tar')
  const { size } = await file.stat()
  const decompress = createZstdDecompress()
  const decoder = createTarDecoder({ strict: true })
  const seen = createHash('sha256')
  const again = await createRepacking()
  const unpack = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    const writer = decoder.writable.getWriter()
    let bytes = 0
    try {
      for await (const chunk of chunks) {
        bytes += chunk.length
        if (bytes > maxBytes) throw new BundleFault(`it unpacks to more than ${maxBytes} bytes`)
        seen.update(chunk)
        await writer.write(chunk)
      }
      await writer.close()
    } catch (error) {
      await writer.abort(error).catch(() => undefined)
      throw error
    }
  }
  const source = Readable.from(blocksOf(file, size), { objectMode: false })
  const feeding = pipeline(source, decompress, unpack)
  const results = await Promise.allSettled([feeding, eachEntry(decoder.readable, onFile, again)])
  const failure = firstFailure(results)
  if (failure !== undefined) throw asFault(failure)
  if (decompress.bytesWritten !== size) throw new BundleFault(`${size - decompress.bytesWritten} bytes follow its end`)
  if (seen.digest('hex') !== (await again.end()))
    throw new BundleFault('it holds bytes that belong to no file: between files, or in their headers')
}

const BLOCK = 256 * 1024

/** By position: the file may be read twice. */
async function* blocksOf(file: FileHandle, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < size; ) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(Math.min(BLOCK, size - at)), position: at })
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    at += bytesRead
  }
}

interface Entry {
  readonly header: {
    readonly name: string
    readonly size: number
    readonly type?: string
    readonly mtime?: Date
    readonly pax?: unknown
  }
  readonly body: ReadableStream<Uint8Array>
}

async function eachEntry(entries: ReadableStream<Entry>, onFile: OnFile, again: Repacking): Promise<void> {
  const names = new Set<string>()
  for await (const { header, body } of entries) {
    const { name, size, type, mtime } = header
    if (type !== 'file' || header.pax !== undefined) throw new BundleFault(`${name} is no plain file, but ${type}`)
    if (!isSafeName(name)) throw new BundleFault(`${name.slice(0, 300)} is no name that a bundle has`)
    if (names.has(name)) throw new BundleFault(`${name} is there twice`)
    if (names.size >= MAX_ENTRIES) throw new BundleFault(`it has more than ${MAX_ENTRIES} files`)
    names.add(name)
    const timeNs = (mtime?.getTime() ?? 0) * 1e6
    const content = again.file(name, size, { timeNs, body })
    await onFile({ name, bytes: size, timeNs }, content)
    // What was passed over is looked at all the same.
    for await (const _ of content);
  }
}

interface Repacking {
  readonly file: (
    name: string,
    size: number,
    of: { readonly timeNs: number; readonly body: ReadableStream<Uint8Array> },
  ) => AsyncIterable<Uint8Array>
  /** Hash of the archive as it would be written. */
  readonly end: () => Promise<string>
}

/** The archive as this program would write it: what differs from it was put there by somebody else. */
async function createRepacking(): Promise<Repacking> {
  const { createTarPacker } = await import('modern-tar')
  const { readable, controller } = createTarPacker()
  const hash = createHash('sha256')
  const draining = (async () => {
    for await (const chunk of readable) hash.update(chunk)
  })()
  draining.catch(() => undefined)
  async function* file(name: string, size: number, { timeNs, body }: Parameters<Repacking['file']>[2]): AsyncGenerator<Uint8Array> {
    const copy = controller.add(headerOf(name, size, timeNs)).getWriter()
    for await (const chunk of body) {
      await copy.write(chunk)
      yield chunk
    }
    await copy.close()
  }
  return {
    file: (name, size, of) => resumable(file(name, size, of)),
    end: async () => {
      controller.finalize()
      await draining
      return hash.digest('hex')
    },
  }
}

/** A loop that is left early does not end it: the next loop goes on. */
function resumable(generator: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: () => generator.next() }) }
}

/** A fault that was named comes before what followed from it. */
function firstFailure(results: readonly PromiseSettledResult<unknown>[]): unknown {
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  return reasons.find((reason) => reason instanceof BundleFault) ?? reasons[0]
}

/** What the decompressor and the tar reader say. Failures of the file system, of the caller and bugs stay what they are. */
function asFault(error: unknown): unknown {
  if (error instanceof BundleFault || !(error instanceof Error)) return error
  const { code = '' } = error as NodeJS.ErrnoException
  if (code.startsWith('ZSTD_') || code.startsWith('Z_'))
    return new BundleFault(`it is damaged, or no archive: ${error.message}`, { cause: error })
  if (/\btar\b|\bEOF\b|entry/i.test(error.message) && code === '')
    return new BundleFault(`it is damaged: ${error.message}`, { cause: error })
  return error
}
