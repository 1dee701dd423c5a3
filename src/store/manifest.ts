/** What a backup says about itself. Written last: a folder without it is no whole backup. */
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { AppError } from '../lib/app-error.ts'
import { HISTORY_FILE, STATE_FILE } from './store-files.ts'

export const MANIFEST_FILE = 'manifest.json'
const FORMAT = 1

const MANIFEST = z.object({
  format: z.number(),
  /** Of Tarsier. */
  version: z.string(),
  createdNs: z.number(),
  schemas: z.object({ state: z.number(), history: z.number() }),
  files: z
    .array(z.object({ name: z.enum([STATE_FILE, HISTORY_FILE]), bytes: z.number(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .length(2),
})

export type Manifest = z.infer<typeof MANIFEST>
export type ManifestFile = Manifest['files'][number]

export function newManifest(facts: Omit<Manifest, 'format'>): Manifest {
  return { format: FORMAT, ...facts }
}

/** Throws AppError BACKUP_INVALID. */
export function readManifest(folder: string): Manifest {
  try {
    const manifest = MANIFEST.parse(JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')))
    if (manifest.format > FORMAT)
      throw new AppError('BACKUP_INVALID', { folder, problem: `its form ${manifest.format} is of a later version` })
    return manifest
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('BACKUP_INVALID', { folder, problem: `${MANIFEST_FILE} is missing or cannot be read` }, { cause })
  }
}

export async function describeFile(path: string): Promise<Pick<ManifestFile, 'bytes' | 'sha256'>> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { bytes: statSync(path).size, sha256: hash.digest('hex') }
}

/** Throws AppError BACKUP_INVALID when the file, there called `called`, is not what the manifest says. */
export async function verifyFile(folder: string, expected: ManifestFile, called: string = expected.name): Promise<void> {
  const problem = (text: string): AppError => new AppError('BACKUP_INVALID', { folder, problem: `${expected.name} ${text}` })
  const found = await describeFile(join(folder, called)).catch((error: unknown) => {
    throw problem(`cannot be read: ${(error as Error).message}`)
  })
  if (found.bytes !== expected.bytes) throw problem(`has ${found.bytes} bytes, not ${expected.bytes}`)
  if (found.sha256 !== expected.sha256) throw problem('has another SHA-256 than the manifest says')
}
