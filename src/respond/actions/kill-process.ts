/** Ends one process. */

import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type ActionContext, type Done, defineAction, type Verification } from '../action.ts'
import { endedBefore } from '../host/end-of-family.ts'
import { asActionFailure, errnoName, failed } from '../host/failures.ts'
import { findProcess } from '../host/processes.ts'
import { reachOfProcesses } from '../host/reach.ts'
import type { ActionSubject, ProcessSubject } from '../subject.ts'

const NAME = 'kill-process'
const POLL_MS = 5
/** How long what was killed may take to be gone. */
const GONE_MS = 5_000

export const killProcess = defineAction({
  name: NAME,
  doc: 'Kills the process (SIGKILL, by pidfd, so that a later process of that pid is never hit). Its children live on.',
  needs: 'process',
  schema: z.object({}),
  examples: [{ doc: 'The process of the finding.', with: {} }],
  reach: async (subject, _config, context) => reachOfProcesses(one(subject, context), []),
  run: (subject, _config, context) => asActionFailure(NAME, () => kill(subject, context)),
  verify: (subject, _config, _done, context) => verify(subject, context),
  undo: undefined,
})

/** The responder asks for the part that an action needs. */
const processOf = ({ process }: ActionSubject): ProcessSubject => process as ProcessSubject

const one = (subject: ActionSubject, { proc }: ActionContext) =>
  [findProcess(proc, processOf(subject))].filter((found) => found !== undefined)

function kill(subject: ActionSubject, context: ActionContext): Done {
  const { pid, startNs } = processOf(subject)
  const errno = context.native.signalProcess(pid, startNs, constants.signals.SIGKILL)
  if (errno === constants.errno.ESRCH) throw endedBefore(NAME, { pid, startNs }, context)
  if (errno !== 0) throw failed(NAME, `process ${pid} could not be killed: ${errnoName(errno)}`)
  return { summary: `process ${pid} got SIGKILL`, detail: { pid }, undo: undefined }
}

async function verify(subject: ActionSubject, { proc, signal }: ActionContext): Promise<Verification> {
  const { pid, startNs } = processOf(subject)
  const until = Date.now() + GONE_MS
  while (findProcess(proc, { pid, startNs }) !== undefined) {
    if (Date.now() > until) return { verified: false, summary: `process ${pid} still lives` }
    await sleep(POLL_MS, undefined, { signal })
  }
  return { verified: true, summary: `process ${pid} is gone` }
}
