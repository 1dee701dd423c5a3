import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
export const rulesCheck = defineCommand({
  name: 'rules check',
  summary: 'x.',
  doc: 'x.',
  arguments: {},
  options: {},
  examples: [{ line: 'rules check', doc: 'x' }],
  exits: ['ok'],
  run: async () => EXIT.ok,
})
