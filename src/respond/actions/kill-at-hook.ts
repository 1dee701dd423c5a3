/** Ends a process where it does it: the kernel side has been told before; this proves it, and does it where the kernel side could not. */
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type ActionContext, type Done, defineAction, type Verification } from '../action.ts'
import { asActionFailure, errnoName, failed } from '../host/failures.ts'
import { findProcess } from '../host/processes.ts'
import { reachOfProcesses } from '../host/reach.ts'
import type { ActionSubject, ProcessSubject } from '../subject.ts'

export const KILL_AT_HOOK = 'kill-at-hook'
const POLL_MS = 5
/** How long what was killed may take to be gone. */
const GONE_MS = 5000
/** One that the kernel killed has ended by then. */
const GRACE_MS = 50

export const killAtHook = defineAction({
  name: KILL_AT_HOOK,
  doc: 'Kills the process from within the kernel, at the very call that the rule is about, before it returns. For rules that the kernel side can decide exactly, in responses of mode `act` that name rules and nothing else under `when`; all others are killed right after, when the finding comes. Programs that hosts need are exempt there; with a `protect` anywhere nothing is killed at the hook, since its condition is not the kernel’s to ask.',
  needs: 'process',
  schema: z.object({}),
  examples: [{ doc: 'The process of the finding.', with: {} }],
  reach: async (subject, _config, { proc }) =>
    reachOfProcesses(
      [findProcess(proc, processOf(subject))].filter((found) => found !== undefined),
      [],
    ),
  run: (subject, _config, context) => asActionFailure(KILL_AT_HOOK, () => kill(subject, context)),
  verify: (subject, _config, _done, context) => verify(subject, context),
  undo: undefined,
})

/** The responder asks for the part that an action needs. */
const processOf = ({ process }: ActionSubject): ProcessSubject => process as ProcessSubject

async function kill(subject: ActionSubject, { native, proc, signal }: ActionContext): Promise<Done> {
  const { pid, startNs } = processOf(subject)
  const gone: Done = {
    summary: `process ${pid} was killed by the kernel side, at the hook`,
    detail: { pid, atHook: true },
    undo: undefined,
  }
  for (const until = Date.now() + GRACE_MS; Date.now() < until; await sleep(POLL_MS, undefined, { signal })) {
    if (findProcess(proc, { pid, startNs }) === undefined) return gone
  }
  const errno = native.signalProcess(pid, startNs, constants.signals.SIGKILL)
  if (errno === constants.errno.ESRCH) return gone
  if (errno !== 0) throw failed(KILL_AT_HOOK, `process ${pid} could not be killed: ${errnoName(errno)}`)
  return { summary: `process ${pid} got SIGKILL after the event`, detail: { pid, atHook: false }, undo: undefined }
}

async function verify(subject: ActionSubject, { proc, signal }: ActionContext): Promise<Verification> {
  const { pid, startNs } = processOf(subject)
  for (const until = Date.now() + GONE_MS; findProcess(proc, { pid, startNs }) !== undefined; ) {
    if (Date.now() > until) return { verified: false, summary: `process ${pid} still lives` }
    await sleep(POLL_MS, undefined, { signal })
  }
  return { verified: true, summary: `process ${pid} is gone` }
}
