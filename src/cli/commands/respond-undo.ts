import { answerCommand } from '../answer-command.ts'

export const respondUndo = answerCommand({
  answer: 'undo',
  summary: 'Take an action back.',
  doc: 'Thaws, reconnects, restores: whatever the action says that it can.',
})
