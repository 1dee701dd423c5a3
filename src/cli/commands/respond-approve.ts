import { answerCommand } from '../answer-command.ts'

export const respondApprove = answerCommand({
  answer: 'approve',
  summary: 'Allow an action that waits for somebody.',
  doc: 'The agent does it now, with all that its response has beside it, unless its guard refuses.',
})
