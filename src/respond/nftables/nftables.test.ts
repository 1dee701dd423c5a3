/** Without nft: a program of that name says what it is told to. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ActionContext } from '../action.ts'
import { blockDestination } from '../actions/block-destination.ts'
import { createNftables } from './nftables.ts'

const { EOPNOTSUPP, ENOENT } = constants.errno

test('a rule that nft does not take away stands, and that is told; one that somebody took away is gone', async ({ onTestFinished }) => {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-nft-'))
  const before = process.env.PATH
  process.env.PATH = `${folder}:${before}`
  onTestFinished(() => {
    process.env.PATH = before
    rmSync(folder, { recursive: true, force: true })
  })
  const nft = (text: string): void => writeFileSync(join(folder, 'nft'), `#!/bin/sh\ncat >/dev/null\n${text}\n`, { mode: 0o755 })
  nft('echo rule')
  const { restrict, release, state, reason } = createNftables('/sys/fs/cgroup')
  const rule = {
    kind: 'deny',
    cgroup: undefined,
    destinations: [{ address: Buffer.from([192, 0, 2, 1]), prefixLength: 32, port: 0 }],
  } as const
  const undo = (key: string) => blockDestination.undo?.({ key }, { native: { releaseNetwork: release } } as unknown as ActionContext)
  for (const key of ['a', 'b']) expect(restrict({ key, ...rule })).toBe(0)

  nft('echo "Error: busy" >&2; exit 1')
  expect([release('a'), reason()]).toEqual([EOPNOTSUPP, 'Error: busy'])
  await expect(undo('a')).rejects.toThrow('the rule cannot be taken away')
  nft('echo rule')
  expect([state('a')?.attached, await undo('a'), release('a')]).toEqual([true, 'it can be reached again', ENOENT])

  nft('echo "Error: No such file or directory" >&2; exit 1')
  expect([release('b'), state('b')]).toEqual([0, undefined])
})
