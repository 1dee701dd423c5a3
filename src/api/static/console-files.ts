/** The built console, held in memory: a request can only name a file that was there when it was read, so that no path leads elsewhere. */
import { createHash } from 'node:crypto'
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

export interface ConsoleFile {
  readonly type: string
  readonly bytes: Buffer
  readonly etag: string
  /** Its name holds a hash of what it holds: it never changes. */
  readonly isImmutable: boolean
  /** Made when first wanted; undefined where it would save nothing. */
  readonly compressed: (encoding: 'br' | 'gzip') => Buffer | undefined
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
}
const COMPRESSED_ALREADY = ['.png', '.woff2', '.ico']
const HASHED = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/
const MOST_BYTES = 64 * 2 ** 20
const WORTH_BYTES = 1024
const BROTLI_QUALITY = 9

/** By path from the root (`/assets/main-Ab12Cd34.js`). Hidden files and types that a console has not are left out. Undefined: it is not built. */
export function readConsoleFiles(folder: string): ReadonlyMap<string, ConsoleFile> | undefined {
  const entries = listFiles(folder)
  if (!entries.some(({ name, parentPath }) => name === 'index.html' && parentPath === folder)) return undefined
  const files = new Map<string, ConsoleFile>()
  let total = 0
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(folder, path).split(sep).join('/')
    const type = TYPES[extname(name)]
    if (!entry.isFile() || type === undefined || name.split('/').some((part) => part.startsWith('.'))) continue
    total += statSync(path).size
    if (total > MOST_BYTES) break
    files.set(`/${name}`, consoleFile(name, type, readFileSync(path)))
  }
  return files
}

function listFiles(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function consoleFile(name: string, type: string, bytes: Buffer): ConsoleFile {
  const made = new Map<string, Buffer>()
  const isWorth = bytes.length >= WORTH_BYTES && !COMPRESSED_ALREADY.includes(extname(name))
  function compressed(encoding: 'br' | 'gzip'): Buffer | undefined {
    if (!isWorth) return undefined
    const known = made.get(encoding)
    if (known !== undefined) return known
    const smaller =
      encoding === 'br' ? brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }) : gzipSync(bytes)
    made.set(encoding, smaller)
    return smaller
  }
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  return Object.freeze({ type, bytes, etag, isImmutable: name.startsWith('assets/') && HASHED.test(name), compressed })
}
