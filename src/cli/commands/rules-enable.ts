import { ruleStateCommand } from '../rule-change.ts'

export const rulesEnable = ruleStateCommand({
  word: 'enable',
  summary: 'Let rules run, and tell what they find.',
  doc: 'Also those that were in shadow.',
  change: (client, path) => client.put(`${path}/state`, { enabled: true, shadow: false }),
})
