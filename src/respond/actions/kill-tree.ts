/** Ends a process and all that descend from it. */
import { z } from 'zod'
import { defineAction } from '../action.ts'
import { endedBefore, familyDead, killWholeFamily } from '../host/end-of-family.ts'
import { asActionFailure } from '../host/failures.ts'
import { familyOf } from '../host/family.ts'
import { findProcess } from '../host/processes.ts'
import { reachOfProcesses } from '../host/reach.ts'
import type { ActionSubject, ProcessSubject } from '../subject.ts'

const NAME = 'kill-tree'

export const killTree = defineAction({
  name: NAME,
  doc: 'Kills the process and all that descend from it, also those that are born meanwhile: all are stopped first. Those that fork faster than they can be stopped are frozen in a control group of their own, and killed as one.',
  needs: 'process',
  schema: z.object({}),
  examples: [{ doc: 'The process of the finding, with its children and theirs.', with: {} }],
  reach: async (subject, _config, context) => reachOfProcesses(familyOf(rootOf(subject), context), []),
  alone: () => ({ action: 'kill-process', settings: {} }),
  run: (subject, _config, context) =>
    asActionFailure(NAME, async () => {
      const root = rootOf(subject)
      if (findProcess(context.proc, root) === undefined) throw endedBefore(NAME, root, context)
      return killWholeFamily(root, () => familyOf(root, context), { action: NAME, context })
    }),
  verify: async (subject, _config, done, context) => familyDead(familyOf(rootOf(subject), context), done),
  // Those that were stopped first would stand for ever.
  repeatable: true,
  undo: undefined,
})

/** The responder asks for the part that an action needs. */
const rootOf = ({ process }: ActionSubject): ProcessSubject => process as ProcessSubject
