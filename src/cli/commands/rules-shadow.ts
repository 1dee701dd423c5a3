import { ruleStateCommand } from '../rule-change.ts'

export const rulesShadow = ruleStateCommand({
  word: 'shadow',
  summary: 'Let rules run and tell nobody, to see what they would find.',
  doc: 'What they find is counted, and told by `tarsier run --shadow` alone.',
  change: (client, path) => client.put(`${path}/state`, { enabled: true, shadow: true }),
})
