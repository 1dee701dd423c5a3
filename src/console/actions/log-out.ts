import { LogOut } from 'lucide-react'
import { logOut as endSession } from '../api/session.ts'
import { leaveForLogin } from '../app/leave-for-login.ts'
import type { Action } from './action.ts'

export const logOut: Action = {
  id: 'session.end',
  name: 'Log out',
  group: 'Account',
  icon: LogOut,
  permission: 'viewer',
  run: async () => {
    await endSession()
    leaveForLogin(false)
  },
}
