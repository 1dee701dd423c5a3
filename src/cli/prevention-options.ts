/** Options of what is decided before it happens. */
import { parseDurationMs } from '../lib/quantity.ts'
import type { PreventionChoice } from './context.ts'
import { amount, choice, texts, type ValuesOf } from './option.ts'

const DEADLINE_MS = 50
const MAX_DEADLINE_MS = 5000

export const PREVENTION_OPTIONS = {
  prevent: choice(
    ['act', 'dry-run', 'off'],
    'What becomes of rules that are marked `prevent: true`. act: a program that such a rule forbids does not run, a file is not opened (EPERM). dry-run: all is allowed, and a finding tells what would have been denied. off: nothing is decided beforehand, and the action block-file fails. Default: dry-run.',
  ),
  preventDeadline: amount(
    'TIME',
    'How long whoever opens a file or runs a program waits for rules that the native table cannot decide, at most; then it is allowed and counted. Default: 50ms, at most 5s.',
    'a time from 1ms to 5s',
    (text) => {
      const ms = parseDurationMs(text)
      return ms === undefined || ms < 1 || ms > MAX_DEADLINE_MS ? undefined : Math.ceil(ms)
    },
  ),
  preventOn: texts(
    'MOUNT',
    'Decide only on the file system that is mounted at this point. May be given several times. Default: on each that holds paths which the rules speak of. Copies of blocked files are denied on these alone, too; by default on every local one.',
    'repeat',
  ),
  preventProtect: texts(
    'PROGRAM',
    'Full path of a program that is never denied anything, whoever runs it, beside those without which a host cannot be reached (sshd, systemd, container runtimes, kubelet, as root runs them). May be given several times.',
    'repeat',
  ),
} as const

export function preventionChoiceOf(values: ValuesOf<typeof PREVENTION_OPTIONS>): PreventionChoice {
  const { prevent, preventDeadline, preventOn, preventProtect } = values
  return { mode: prevent ?? 'dry-run', deadlineMs: preventDeadline ?? DEADLINE_MS, mounts: preventOn, protectedPrograms: preventProtect }
}
