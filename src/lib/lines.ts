/** Lines of a file or of standard input, one after another, in bounded memory. */
import { createReadStream } from 'node:fs'
import { AppError } from './app-error.ts'

export interface Line {
  /** From 1. */
  readonly number: number
  /** Without its newline; undefined when it is longer than allowed. */
  readonly text: string | undefined
}

const NEWLINE = 0x0a

/** `-` is standard input. Throws AppError FILE_UNREADABLE. */
export async function* readLines(path: string, maxBytes: number): AsyncGenerator<Line> {
  let number = 0
  let parts: Buffer[] = []
  let size = 0
  const take = (rest: Buffer): Line => {
    const text = size + rest.length > maxBytes ? undefined : Buffer.concat([...parts, rest]).toString('utf8')
    parts = []
    size = 0
    return { number: ++number, text: text?.replace(/\r$/, '') }
  }
  for await (const chunk of chunks(path)) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      yield take(chunk.subarray(start, end))
      start = end + 1
    }
    size += chunk.length - start
    if (size <= maxBytes) parts.push(chunk.subarray(start))
    else parts = []
  }
  if (size > 0) yield take(Buffer.alloc(0))
}

async function* chunks(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of path === '-' ? process.stdin : createReadStream(path)) yield chunk as Buffer
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw new AppError('FILE_UNREADABLE', { path, reason: (error as Error).message }, { cause: error })
  }
}
