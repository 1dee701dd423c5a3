/** A verified bundle as plain files, and single files of it to look at. */
import { mkdirSync, readdirSync } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { EvidenceVerification } from '../../../findings/evidence.ts'
import { AppError } from '../../../lib/app-error.ts'
import { readBundle } from './read.ts'
import { openBundle, type TrustedKeys, verifyOpened } from './verify.ts'

/**
 * Unpacks into a folder that does not exist or is empty. Nothing is written before all is verified, and the file is read a second time through the same
 * descriptor. Throws AppError EVIDENCE_INVALID, FILE_UNREADABLE, FILE_UNWRITABLE, STORE_FOLDER_NOT_EMPTY.
 */
export async function exportBundle(path: string, to: string, keys: TrustedKeys): Promise<EvidenceVerification> {
  const file = await openBundle(path)
  try {
    const verification = await verifyOpened(path, file, { keys, limits: undefined })
    if (!verification.valid) throw new AppError('EVIDENCE_INVALID', { path, problem: verification.problem })
    await told(to, () => unpack(file, to))
    return verification
  } finally {
    await file.close()
  }
}

async function unpack(file: FileHandle, to: string): Promise<void> {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  if (readdirSync(to).length > 0) throw new AppError('STORE_FOLDER_NOT_EMPTY', { folder: to })
  await readBundle(file, async ({ name }, content) => {
    const place = join(to, name)
    await mkdir(dirname(place), { recursive: true, mode: 0o700 })
    const target = await open(place, 'wx', 0o600)
    try {
      for await (const chunk of content) await target.appendFile(chunk)
    } finally {
      await target.close()
    }
  })
}

async function told(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause
    throw new AppError('FILE_UNWRITABLE', { path, reason: (cause as Error).message }, { cause })
  }
}

export interface ShownFile {
  readonly name: string
  readonly bytes: number
  /** Its beginning. */
  readonly content: Uint8Array
}

export interface ShownBundle {
  readonly verification: EvidenceVerification
  readonly files: readonly ShownFile[]
}

/** The files of a section, or the one file of that name; at most `maxBytes` of each. None where `wanted` is undefined, or the bundle is not what was sealed. */
export async function showBundle(
  path: string,
  wanted: string | undefined,
  { keys, maxBytes }: { readonly keys: TrustedKeys; readonly maxBytes: number },
): Promise<ShownBundle> {
  const file = await openBundle(path)
  try {
    const verification = await verifyOpened(path, file, { keys, limits: undefined })
    const files: ShownFile[] = []
    if (wanted === undefined || !verification.valid) return { verification, files }
    await readBundle(file, async ({ name, bytes }, content) => {
      if (name !== wanted && !name.startsWith(`${wanted}/`)) return
      files.push({ name, bytes, content: await beginningOf(content, maxBytes) })
    })
    return { verification, files }
  } finally {
    await file.close()
  }
}

async function beginningOf(content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let had = 0
  for await (const chunk of content) {
    if (had < maxBytes) parts.push(chunk.subarray(0, maxBytes - had))
    had += chunk.length
  }
  return Buffer.concat(parts)
}
