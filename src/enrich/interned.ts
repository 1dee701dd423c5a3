/** Small values that many processes share, held once each: names, credentials, namespaces. */
import type { UserNames } from '../events/process.ts'
import { decodeText } from '../events/raw-record.ts'

/** A process name, with the 16 bytes of the record as four numbers, to compare without decoding. */
export interface Comm {
  readonly text: string
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
}

export interface Credentials {
  readonly uid: number
  readonly gid: number
  readonly euid: number
  readonly egid: number
  readonly loginuid: number
}

/** Names of users as one set of namespaces has them, kept there: see users.ts. */
export interface KnownNames {
  names: UserNames
  version: string | undefined
  /** ns since boot: from then on the files are looked at again. */
  untilNs: number
}

export interface Namespaces {
  readonly pidNs: number
  readonly mntNs: number
  readonly userNs: number
  readonly netNs: number
  known: KnownNames | undefined
}

/** Values by their key; see createInterner. */
export type Interner<T> = (key: string, make: () => T) => T

/** Keeps at most `capacity` values; when it is full it is emptied, which costs memory for a while but never a wrong answer. */
export function createInterner<T>(capacity: number): Interner<T> {
  const values = new Map<string, T>()
  return (key, make) => {
    const known = values.get(key)
    if (known !== undefined) return known
    if (values.size >= capacity) values.clear()
    const made = make()
    values.set(key, made)
    return made
  }
}

const COMM_BYTES = 16

/** Reads the 16 bytes of a name (NUL-padded) at `at`. */
export function commAt(view: DataView, at: number): Comm {
  const bytes = Buffer.from(view.buffer, view.byteOffset + at, COMM_BYTES)
  const end = bytes.indexOf(0)
  return {
    text: decodeText(bytes, 0, end < 0 ? COMM_BYTES : end),
    a: view.getInt32(at, true),
    b: view.getInt32(at + 4, true),
    c: view.getInt32(at + 8, true),
    d: view.getInt32(at + 12, true),
  }
}

/** A name given as text, for processes that were read from /proc. */
export function commOf(text: string): Comm {
  const bytes = Buffer.alloc(COMM_BYTES)
  bytes.write(text.slice(0, COMM_BYTES - 1), 'utf8')
  return { ...commAt(new DataView(bytes.buffer, bytes.byteOffset, COMM_BYTES), 0), text }
}
