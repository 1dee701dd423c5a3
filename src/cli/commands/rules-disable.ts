import { ruleStateCommand } from '../rule-change.ts'

export const rulesDisable = ruleStateCommand({
  word: 'disable',
  summary: 'Let rules run no more.',
  doc: 'What one is to be silent about is better said by an exception: tarsier rules except.',
  change: (client, path) => client.put(`${path}/state`, { enabled: false }),
})
