/** What the commands about people and the audit log are given: each loads the store when it is called, not before. */
import type { AccessWork } from '../cli/access-work.ts'

export function createAccessWork(): AccessWork {
  const users = () => import('../api/offline/users.ts')
  const tokens = () => import('../api/offline/tokens.ts')
  const audit = () => import('../api/offline/audit.ts')
  const nowNs = (): number => Date.now() * 1e6
  return {
    consoleAddress: async (state) => (await import('../api/settings/console-address.ts')).lastConsoleAddress(state),
    listUsers: async (folder) => (await users()).listUsers(folder),
    addUser: async (folder, user) => (await users()).addUser(folder, user, nowNs()),
    resetUser: async (folder, name) => (await users()).resetUser(folder, name, nowNs()),
    changeUser: async (folder, name, change) => (await users()).changeUser(folder, name, change, nowNs()),
    removeUser: async (folder, name) => (await users()).removeUser(folder, name, nowNs()),
    listTokens: async (folder) => (await tokens()).listTokens(folder),
    removeToken: async (folder, id) => (await tokens()).removeToken(folder, id, nowNs()),
    addToken: async (folder, token) => (await tokens()).addToken(folder, token, nowNs()),
    listAudit: async (folder, choice) => (await audit()).listAudit(folder, choice),
    verifyAudit: async (source) =>
      'file' in source ? (await audit()).verifyAuditOfFile(source.file) : (await audit()).verifyAuditOfStore(source.folder),
  }
}
