/** Ends what an exec has led to, also where the process itself, or those between, have ended. */
import { z } from 'zod'
import { type ActionContext, defineAction } from '../action.ts'
import { familyDead, killWholeFamily } from '../host/end-of-family.ts'
import { asActionFailure, gone } from '../host/failures.ts'
import { familyOf } from '../host/family.ts'
import { reachOfProcesses } from '../host/reach.ts'
import type { ActionSubject, ProcessSubject } from '../subject.ts'

const NAME = 'kill-descendants'

const schema = z.object({
  itself: z.boolean().default(true).describe('Kills the process itself, too, if it lives. Default: true.'),
})
type Settings = z.infer<typeof schema>

export const killDescendants = defineAction({
  name: NAME,
  doc: 'Kills everything that descends from the process, also what was left behind by parents that have ended, as far as the agent saw them fork or they share a session.',
  needs: 'process',
  schema,
  examples: [
    { doc: 'The process and all that came of it.', with: {} },
    { doc: 'All that came of it; the process goes on.', with: { itself: false } },
  ],
  reach: async (subject, config, context) => reachOfProcesses(familyOfSubject(subject, config, context), []),
  alone: ({ itself }) => (itself ? { action: 'kill-process', settings: {} } : undefined),
  run: (subject, config, context) =>
    asActionFailure(NAME, async () => {
      const root = rootOf(subject)
      const family = () => familyOfSubject(subject, config, context)
      if (family().length === 0) throw gone(NAME, `nothing that descends from process ${root.pid} lives`)
      return killWholeFamily(root, family, { action: NAME, context })
    }),
  verify: async (subject, config, done, context) => familyDead(familyOfSubject(subject, config, context), done),
  // Those that were stopped first would stand for ever.
  repeatable: true,
  undo: undefined,
})

/** The responder asks for the part that an action needs. */
const rootOf = ({ process }: ActionSubject): ProcessSubject => process as ProcessSubject

function familyOfSubject(subject: ActionSubject, { itself }: Settings, context: ActionContext) {
  const root = rootOf(subject)
  return familyOf(root, context).filter(({ pid }) => itself || pid !== root.pid)
}
