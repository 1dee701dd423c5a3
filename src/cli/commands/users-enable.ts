import { userCommand } from '../user-command.ts'

export const usersEnable = userCommand({
  word: 'enable',
  summary: 'Let somebody in again who was disabled.',
  doc: 'Password and tokens are as they were.',
  run: ({ access }, folder, name) => access.changeUser(folder, name, { disabled: false }),
  said: 'is let in again',
})
