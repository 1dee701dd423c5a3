import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
export const rulesEval = defineCommand({
  name: 'rules eval',
  summary: 'x.',
  doc: 'x.',
  arguments: {},
  options: {},
  examples: [{ line: 'rules eval', doc: 'x' }],
  exits: ['ok'],
  run: async () => EXIT.ok,
})
