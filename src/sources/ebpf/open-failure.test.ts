import { release } from 'node:os'
import { describe, expect, test } from 'vitest'
import { missingCapabilities, openError } from './open-failure.ts'

const CAPABILITIES = { sysAdmin: 1n << 21n, perfmon: 1n << 38n, bpf: 1n << 39n }
const status = (effective: bigint): string =>
  `Name:\tx\nCapPrm:\tffffffffffffffff\nCapEff:\t${effective.toString(16).padStart(16, '0')}\nCapBnd:\t0\n`

describe('the capabilities that are missing', () => {
  test.each<[string, bigint, string[]]>([
    ['are both for a user’s process', 0n, ['CAP_BPF', 'CAP_PERFMON']],
    ['are none for root', (1n << 41n) - 1n, []],
    ['are none with CAP_SYS_ADMIN alone, which stands for both', CAPABILITIES.sysAdmin, []],
    ['are none with the two', CAPABILITIES.bpf | CAPABILITIES.perfmon, []],
    ['is the one beside the other', CAPABILITIES.bpf, ['CAP_PERFMON']],
  ])('%s', (_, effective, missing) => {
    expect(missingCapabilities(status(effective))).toEqual(missing)
  })

  test('are both where the status says nothing', () => {
    expect(missingCapabilities('')).toEqual(['CAP_BPF', 'CAP_PERFMON'])
  })
})

describe('a refusal', () => {
  const failure = { step: 'load', errno: 22, error: 'Invalid argument', detail: 'map create failed' } as const
  const recent = Number(release().split('.')[0]) >= 6

  test.each([
    ['in general tells step, errno and words of libbpf', failure, 'SENSOR_FAILED'],
    [
      'for want of permission speaks of containers and lockdown',
      { ...failure, errno: 1, error: 'Operation not permitted' },
      'SENSOR_REFUSED',
    ],
    [
      'for another version asks for a build',
      { ...failure, step: 'version', errno: 116, error: 'Stale file handle' } as const,
      'SENSOR_STALE',
    ],
  ])('%s', (_, given, code) => {
    const error = openError(given)
    if (recent) expect(error.code).toBe(code)
    expect(error.message).toContain('map create failed')
  })
})
