import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
export const rulesList = defineCommand({
  name: 'rules list',
  summary: 'x.',
  doc: 'x.',
  arguments: {},
  options: {},
  examples: [{ line: 'rules list', doc: 'x' }],
  exits: ['ok'],
  run: async () => EXIT.ok,
})
