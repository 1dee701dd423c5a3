import { userCommand } from '../user-command.ts'

export const usersRemove = userCommand({
  word: 'remove',
  summary: 'Take a user away, with sessions and tokens.',
  doc: 'What they did stays in the audit log. There is always one admin at least.',
  run: ({ access }, folder, name) => access.removeUser(folder, name),
  said: 'is removed, with sessions and tokens',
})
