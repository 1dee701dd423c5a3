import { expect, test } from 'vitest'
import { AppError } from '../../lib/app-error.ts'
import { duckdbFailure, isDamage, isFatal } from './duckdb-failure.ts'

/** As DuckDB 1.5 says them. */
const MESSAGES: readonly [message: string, code: string | undefined][] = [
  ['IO Error: Could not write file "/x/history.duckdb": No space left on device', 'STORE_FULL'],
  ['IO Error: Could not set lock on file "/x/history.duckdb": Conflicting lock is held in node (PID 7)', 'STORE_IN_USE'],
  ['IO Error: Trying to read a database file with version number 99, but we can only read versions between 64 and 67.', 'STORE_NEWER'],
  ['IO Error: Cannot open file "/x/history.duckdb": Permission denied', 'STORE_UNOPENED'],
  ['Out of Memory Error: could not allocate block of size 256.0 KiB', 'STORE_QUESTION'],
  ['IO Error: The file "/x/history.duckdb" exists, but it is not a valid DuckDB database file!', 'STORE_DAMAGED'],
  ['IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2 in block at location 8192', 'STORE_DAMAGED'],
  ['INTERNAL Error: Failure while replaying WAL file "/x/history.duckdb.wal"', 'STORE_DAMAGED'],
  ['Serialization Error: Failed to deserialize: expected end of object', undefined],
]

test.each(MESSAGES)('%s: %s', (message, code) => {
  const error = new Error(message)
  const failure = duckdbFailure('/x/history.duckdb', error)
  expect(failure instanceof AppError ? failure.code : undefined).toBe(code)
  expect(isDamage(error)).toBe(code === undefined || code === 'STORE_DAMAGED')
})

test('after a fatal error the file has to be opened again', () => {
  expect(isFatal(new Error('FATAL Error: Failed: database has been invalidated because of a previous fatal error.'))).toBe(true)
  expect(isFatal(new Error('Binder Error: no column'))).toBe(false)
})

test('an error of ours stays as it is, and is no damage', () => {
  const error = new AppError('STORE_NEWER', {})
  expect([duckdbFailure('x', error), isDamage(error)]).toEqual([error, false])
})
