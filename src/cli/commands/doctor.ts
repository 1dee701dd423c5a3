import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { stateOption } from '../store-options.ts'

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Say what this kernel offers, what is missing, and how to mend it.',
  doc: 'Looks at the kernel, its type information (BTF), the file systems that tracing needs, privileges, lockdown, the built sensor, and the hooks: it asks the agent that runs, or, where none does, loads every hook once to see whether the kernel takes it. Features that Tarsier can do without are warnings. Says what can be prevented here, by what, and what cannot. Says how much is in quarantine, too, which is never deleted by itself.',
  arguments: {},
  options: { state: stateOption(': what is in quarantine lies below it') },
  examples: [
    { line: 'doctor', doc: 'What does this host offer?' },
    {
      line: 'doctor --json',
      doc: 'The same as {"ready","checks":[{"group","name","status","detail","fix"}],"watched":[kinds of events]}.',
    },
  ],
  exits: ['ok', 'hostCannot'],
  run: async ({ state, json, color }, context) => {
    const report = await context.live.doctor(state)
    const { renderHealth } = await import('../health-text.ts')
    context.stdout.write(renderHealth(report, { json, colour: colourOf(color, context) }))
    return report.ready ? EXIT.ok : EXIT.hostCannot
  },
})
