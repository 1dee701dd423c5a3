import { ruleStateCommand } from '../rule-change.ts'

export const rulesReset = ruleStateCommand({
  word: 'reset',
  summary: 'Let rules run as they were written again.',
  doc: 'Takes back whether and how they run; exceptions stay.',
  change: (client, path) => client.remove(`${path}/state`),
})
