/** Reads the text files that the user named: files, and folders with all that they hold. */
import { isUtf8 } from 'node:buffer'
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { AppError } from './app-error.ts'

export interface TextFile {
  readonly path: string
  readonly text: string
}

export interface TextFileOptions {
  /** With the dot. Folders are searched for these; a file named itself may be called anything. */
  readonly extensions: readonly string[]
  /** Of one file. */
  readonly maxBytes: number
}

/** Levels of folders. */
const MAX_DEPTH = 16
const CHUNK = 64 * 1024

/**
 * In the order given; in a folder first its files by name, then its folders. Hidden names are passed over, links to files
 * followed. `-` is standard input. Throws AppError FILE_UNREADABLE, FILE_TOO_LARGE, FILE_NOT_TEXT,
 * FILE_NONE_IN_FOLDER.
 */
export function readTextFiles(paths: readonly string[], options: TextFileOptions): readonly TextFile[] {
  return listTextFiles(paths, options).map((path) => ({ path, text: readText(path, options.maxBytes) }))
}

/** The paths that readTextFiles would read, each once. Throws AppError FILE_UNREADABLE, FILE_NONE_IN_FOLDER. */
export function listTextFiles(paths: readonly string[], options: Pick<TextFileOptions, 'extensions'>): readonly string[] {
  return [...new Set(paths.flatMap((path) => expand(path, options)))]
}

/** The files of one folder, in the same order; none where there is no such folder. Throws AppError FILE_UNREADABLE. */
export function listFolder(path: string, options: Pick<TextFileOptions, 'extensions'>): readonly string[] {
  try {
    return filesBelow(path, options, 0)
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return []
    throw unreadable(path, error)
  }
}

const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR'])

function expand(path: string, options: Pick<TextFileOptions, 'extensions'>): readonly string[] {
  if (path === '-' || !isFolder(path)) return [path]
  const files = filesBelow(path, options, 0)
  if (files.length === 0) throw new AppError('FILE_NONE_IN_FOLDER', { path, extensions: options.extensions.join(' or ') })
  return files
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    throw unreadable(path, error)
  }
}

function filesBelow(folder: string, options: Pick<TextFileOptions, 'extensions'>, depth: number): readonly string[] {
  if (depth > MAX_DEPTH) return []
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'))
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  const isFile = (entry: (typeof entries)[number]): boolean => !entry.isDirectory() && options.extensions.includes(extname(entry.name))
  const files = entries.filter(isFile).map(({ name }) => join(folder, name))
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))
  return [...files, ...folders.flatMap((below) => filesBelow(below, options, depth + 1))]
}

/** Reads at most `maxBytes`, from a pipe, too (`<(…)`, standard input). */
function readText(path: string, maxBytes: number): string {
  const chunks: Buffer[] = []
  let size = 0
  const descriptor = path === '-' ? 0 : openFile(path)
  try {
    if (fstatSync(descriptor).size > maxBytes) throw new AppError('FILE_TOO_LARGE', { path, limit: maxBytes })
    for (let chunk = readChunk(descriptor, path); chunk.length > 0; chunk = readChunk(descriptor, path)) {
      size += chunk.length
      if (size > maxBytes) throw new AppError('FILE_TOO_LARGE', { path, limit: maxBytes })
      chunks.push(chunk)
    }
  } finally {
    if (descriptor !== 0) closeSync(descriptor)
  }
  const bytes = Buffer.concat(chunks)
  if (!isUtf8(bytes)) throw new AppError('FILE_NOT_TEXT', { path })
  return bytes.toString('utf8')
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw unreadable(path, error)
  }
}

function readChunk(descriptor: number, path: string): Buffer {
  const buffer = Buffer.allocUnsafe(CHUNK)
  try {
    return buffer.subarray(0, readSync(descriptor, buffer, 0, CHUNK, null))
  } catch (error) {
    throw unreadable(path, error)
  }
}

function unreadable(path: string, error: unknown): AppError {
  return new AppError('FILE_UNREADABLE', { path, reason: (error as Error).message }, { cause: error })
}
