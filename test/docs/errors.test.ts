import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ERRORS } from '../../src/lib/errors.ts'
import { ROOT } from '../tarsier.ts'

test('every page that an error sends somebody to is there', () => {
  const named = Object.values(ERRORS).flatMap(({ fix }) => fix.match(/docs\/[\w/.-]+\.md/g) ?? [])
  expect(named.length).toBeGreaterThan(0)
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
})
