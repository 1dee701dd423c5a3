import { defineEvent, u32 } from '../define-event.ts'

export const credSetIds = defineEvent({
  id: 40,
  name: 'cred.set_ids',
  types: ['setuid', 'setgid', 'setreuid', 'setregid', 'setresuid', 'setresgid', 'setfsuid', 'setfsgid'],
  doc: 'A process asked for other user or group ids; the header has those it ended with.',
  fields: {
    arg0: u32({ doc: 'First id as given.', example: 0 }),
    arg1: u32({ doc: 'Second id as given, 4294967295 when there is none.', example: 0 }),
    arg2: u32({ doc: 'Third id as given, 4294967295 when there is none.', example: 0 }),
    suid: u32({ doc: 'Saved user id after the call.', example: 0 }),
    sgid: u32({ doc: 'Saved group id after the call.', example: 0 }),
  },
})
