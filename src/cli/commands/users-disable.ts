import { userCommand } from '../user-command.ts'

export const usersDisable = userCommand({
  word: 'disable',
  summary: 'Let somebody in no more, and log them out everywhere.',
  doc: 'Their tokens hold no more either; all is kept. There is always one admin at least.',
  run: ({ access }, folder, name) => access.changeUser(folder, name, { disabled: true }),
  said: 'is let in no more',
})
