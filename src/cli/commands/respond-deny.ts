import { answerCommand } from '../answer-command.ts'

export const respondDeny = answerCommand({
  answer: 'deny',
  summary: 'Say no to an action that waits for somebody.',
  doc: 'It is not done, nor what its response has beside it.',
})
