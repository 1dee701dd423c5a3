/** Cursors of pages: the sort values of the last row, as text that says nothing to those who carry it. */
import { AppError } from '../lib/app-error.ts'

export type CursorValue = string | number
/** Which kind of value stands where. */
export type CursorShape = readonly ('string' | 'number')[]

export function cursorOf(values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** The values that `cursorOf` was given. Throws AppError CURSOR_INVALID for a text of another shape. */
export function readCursor(cursor: string, shape: CursorShape): readonly CursorValue[] {
  const values = parsed(cursor)
  const fits = Array.isArray(values) && values.length === shape.length && shape.every((kind, index) => typeof values[index] === kind)
  if (!fits) throw new AppError('CURSOR_INVALID')
  return values as readonly CursorValue[]
}

const DIGITS = /^-?\d{1,19}$/

/** A whole number that `cursorOf` was given as text, since it may be beyond what a number holds. Throws AppError CURSOR_INVALID. */
export function wholeOf(value: CursorValue | undefined): bigint {
  if (typeof value !== 'string' || !DIGITS.test(value)) throw new AppError('CURSOR_INVALID')
  return BigInt.asIntN(64, BigInt(value))
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch (cause) {
    throw new AppError('CURSOR_INVALID', {}, { cause })
  }
}
