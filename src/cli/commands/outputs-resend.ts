import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { argument, texts, UsageError } from '../option.ts'

export const outputsResend = defineCommand({
  name: 'outputs resend',
  summary: 'Send findings of a dead-letter file again.',
  doc: 'Reads the findings that an output could not deliver and kept, and gives them to the outputs named, with their filters and limits. The file stays as it is: take it away when all was sent. What fails again is kept only where the output has a deadLetter= of its own.',
  arguments: { file: argument('FILE', 'The dead-letter file; - is standard input.') },
  options: {
    output: texts('OUTPUT', 'Where they go (see docs/reference/outputs.md). May be given several times.', 'repeat'),
  },
  examples: [
    {
      line: 'outputs resend /var/lib/tarsier/dead-letter/slack-hooks.slack.com.ndjson --output "slack?urlFile=/etc/tarsier/slack-url&maxPerMinute=0"',
      doc: 'To the channel that did not get them.',
    },
    { line: 'outputs resend slack.ndjson --output json', doc: 'What is in it?' },
  ],
  exits: ['ok'],
  run: async ({ file, output }, context) => {
    if (output.length === 0) throw new UsageError('--output is missing: where are they to go?')
    const { findings, unreadable, outputs } = await context.live.resend({ file, outputs: output }, context)
    for (const { output: to, written, dropped, leftOut } of outputs) {
      context.log.info('findings were sent again', { findings, to, written, not_written: dropped, left_out: leftOut })
    }
    if (unreadable > 0) context.log.warning('lines hold no finding', { lines: unreadable })
    return outputs.some(({ dropped }) => dropped > 0) ? EXIT.failed : EXIT.ok
  },
})
