import { defineCommand } from '../command.ts'
import { amount, argument, positive, texts } from '../option.ts'
import { SENSOR_OPTIONS, sensorChoiceOf } from '../sensor-options.ts'

export const record = defineCommand({
  name: 'record',
  summary: 'Record events and the running processes into a file.',
  doc: 'Writes a compressed recording of all events, with a snapshot of the processes before them, until SIGINT or SIGTERM, or for so many seconds. "tarsier replay" reads it. Recordings hold command lines and environments of this host: treat them as secrets. Needs root.',
  arguments: { file: argument('FILE', 'Where to write; must not exist.') },
  options: {
    seconds: amount('N', 'Stop after so many seconds.', 'a number of seconds above 0', positive),
    kinds: texts('KIND', 'Only these kinds of events (process.exec) or families (file). Default: all.', 'variadic'),
    ...SENSOR_OPTIONS,
  },
  examples: [
    { line: 'record incident.tsr', doc: 'Until Ctrl-C.' },
    { line: 'record start-up.tsr --seconds 30 --kinds process file.open', doc: 'Half a minute of processes and opened files.' },
  ],
  exits: ['ok', 'hostCannot'],
  run: ({ file, seconds, kinds, ...rest }, context) => context.live.record({ file, seconds, kinds, ...sensorChoiceOf(rest) }, context),
})
