import type { Event } from '../../events/event.ts'
import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { text, texts } from '../option.ts'
import { SENSOR_OPTIONS, sensorChoiceOf } from '../sensor-options.ts'

export const events = defineCommand({
  name: 'events',
  summary: 'Print what happens on this host, live.',
  doc: 'Prints events as they happen, one line each: time, process, user, call with its arguments, result, container. Like strace, but for all processes and at little cost. Lines that the reader is too slow for are dropped and counted. Needs root.',
  arguments: {},
  options: {
    filter: text('CONDITION', 'Only events for which this condition of the rule language holds.'),
    kinds: texts('KIND', 'Only these kinds of events (process.exec) or families (file). Default: all.', 'variadic'),
    ...SENSOR_OPTIONS,
  },
  examples: [
    { line: "events --filter 'evt.type = execve and proc.pname = sshd'", doc: 'What do people run over SSH?' },
    { line: 'events --kinds process net', doc: 'Processes and network only.' },
    {
      line: "events --json --filter 'fd.name startswith /etc' > etc.jsonl",
      doc: 'As flat JSON objects, which "tarsier rules eval" reads.',
    },
  ],
  exits: ['ok', 'inputErrors', 'hostCannot'],
  run: async ({ filter, kinds, json, color, ...rest }, context) => {
    const onEvent = json ? await jsonLine(context.stdout.write) : await textLine(context.stdout.write, colourOf(color, context))
    return context.live.watch({ filter, kinds, onEvent, ...sensorChoiceOf(rest) }, context)
  },
})

type Write = (lines: string) => void

async function jsonLine(write: Write): Promise<(event: Event) => void> {
  const [{ flattenEvent }, { safeJson }] = await Promise.all([import('../event-flat.ts'), import('../../lib/escape.ts')])
  return (event) => write(`${safeJson(flattenEvent(event))}\n`)
}

async function textLine(write: Write, colour: boolean): Promise<(event: Event) => void> {
  const { createEventText } = await import('../event-text.ts')
  const text = createEventText(colour)
  return (event) => write(`${text(event)}\n`)
}
