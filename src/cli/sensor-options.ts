/** Options of the kernel sensor; every command that starts it has them. */
import { parseBytes } from '../lib/quantity.ts'
import type { SensorChoice } from './context.ts'
import { amount, flag, type ValuesOf } from './option.ts'

export const SENSOR_OPTIONS = {
  ring: amount(
    'BYTES',
    'Size of the buffer between kernel and agent, rounded up to a power of two. Larger survives longer bursts. Default: 8MiB.',
    'an amount such as 4M or 64MiB',
    parseBytes,
  ),
  noCompat: flag('Do not watch 32-bit system calls. Saves a little on hosts that have no 32-bit programs.'),
} as const

export function sensorChoiceOf({ ring, noCompat }: ValuesOf<typeof SENSOR_OPTIONS>): SensorChoice {
  return { ringBytes: ring, compat: !noCompat }
}
