/** Texts into files that somebody named. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from './app-error.ts'

/** Also into what is no file, such as /dev/stdout. Throws AppError FILE_UNWRITABLE. */
export function writeText(path: string, text: string): void {
  told(path, () => writeFileSync(path, text))
}

/** At once or not at all, its folder made where it is missing. Throws AppError FILE_UNWRITABLE. */
export function replaceFile(path: string, text: string, { mode = 0o644, folderMode = 0o755 } = {}): void {
  const beside = `${path}.new`
  told(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: folderMode })
    // What lies there is of a run that was ended, or a link that somebody laid: nothing is written through it.
    rmSync(beside, { force: true })
    try {
      writeFileSync(beside, text, { mode, flag: 'wx' })
      renameSync(beside, path)
    } finally {
      rmSync(beside, { force: true })
    }
  })
}

function told(path: string, write: () => void): void {
  try {
    write()
  } catch (cause) {
    throw new AppError('FILE_UNWRITABLE', { path, reason: (cause as Error).message }, { cause })
  }
}
