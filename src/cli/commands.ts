/** Every command, one line each, in the order of the help. Loaded one by one: a start should not read what it does not need. */
import type { AnyCommand } from './command.ts'

export interface CommandEntry {
  readonly name: string
  readonly load: () => Promise<AnyCommand>
}

export const COMMANDS: readonly CommandEntry[] = [
  { name: 'run', load: async () => (await import('./commands/run.ts')).run },
  { name: 'serve', load: async () => (await import('./commands/serve.ts')).serve },
  { name: 'top', load: async () => (await import('./commands/top.ts')).top },
  { name: 'events', load: async () => (await import('./commands/events.ts')).events },
  { name: 'record', load: async () => (await import('./commands/record.ts')).record },
  { name: 'replay', load: async () => (await import('./commands/replay.ts')).replay },
  { name: 'findings', load: async () => (await import('./commands/findings.ts')).findings },
  { name: 'incidents', load: async () => (await import('./commands/incidents.ts')).incidents },
  { name: 'incidents acknowledge', load: async () => (await import('./commands/incidents-acknowledge.ts')).incidentsAcknowledge },
  { name: 'incidents assign', load: async () => (await import('./commands/incidents-assign.ts')).incidentsAssign },
  { name: 'incidents close', load: async () => (await import('./commands/incidents-close.ts')).incidentsClose },
  { name: 'incidents reopen', load: async () => (await import('./commands/incidents-reopen.ts')).incidentsReopen },
  { name: 'incidents note', load: async () => (await import('./commands/incidents-note.ts')).incidentsNote },
  { name: 'ps', load: async () => (await import('./commands/ps.ts')).ps },
  { name: 'query', load: async () => (await import('./commands/query.ts')).query },
  { name: 'actions', load: async () => (await import('./commands/actions.ts')).actions },
  { name: 'sensors', load: async () => (await import('./commands/sensors.ts')).sensors },
  { name: 'rules check', load: async () => (await import('./commands/rules-check.ts')).rulesCheck },
  { name: 'rules list', load: async () => (await import('./commands/rules-list.ts')).rulesList },
  { name: 'rules eval', load: async () => (await import('./commands/rules-eval.ts')).rulesEval },
  { name: 'rules filters', load: async () => (await import('./commands/rules-filters.ts')).rulesFilters },
  { name: 'rules try', load: async () => (await import('./commands/rules-try.ts')).rulesTry },
  { name: 'rules enable', load: async () => (await import('./commands/rules-enable.ts')).rulesEnable },
  { name: 'rules disable', load: async () => (await import('./commands/rules-disable.ts')).rulesDisable },
  { name: 'rules shadow', load: async () => (await import('./commands/rules-shadow.ts')).rulesShadow },
  { name: 'rules reset', load: async () => (await import('./commands/rules-reset.ts')).rulesReset },
  { name: 'rules exceptions', load: async () => (await import('./commands/rules-exceptions.ts')).rulesExceptions },
  { name: 'rules except', load: async () => (await import('./commands/rules-except.ts')).rulesExcept },
  { name: 'rules unexcept', load: async () => (await import('./commands/rules-unexcept.ts')).rulesUnexcept },
  { name: 'rules import', load: async () => (await import('./commands/rules-import.ts')).rulesImport },
  { name: 'outputs resend', load: async () => (await import('./commands/outputs-resend.ts')).outputsResend },
  { name: 'prove', load: async () => (await import('./commands/prove.ts')).prove },
  { name: 'noise', load: async () => (await import('./commands/noise.ts')).noise },
  { name: 'coverage', load: async () => (await import('./commands/coverage.ts')).coverage },
  { name: 'fields', load: async () => (await import('./commands/fields.ts')).fields },
  { name: 'store status', load: async () => (await import('./commands/store-status.ts')).storeStatus },
  { name: 'store check', load: async () => (await import('./commands/store-check.ts')).storeCheck },
  { name: 'store backup', load: async () => (await import('./commands/store-backup.ts')).storeBackup },
  { name: 'store restore', load: async () => (await import('./commands/store-restore.ts')).storeRestore },
  { name: 'store export', load: async () => (await import('./commands/store-export.ts')).storeExport },
  { name: 'evidence capture', load: async () => (await import('./commands/evidence-capture.ts')).evidenceCapture },
  { name: 'evidence verify', load: async () => (await import('./commands/evidence-verify.ts')).evidenceVerify },
  { name: 'evidence show', load: async () => (await import('./commands/evidence-show.ts')).evidenceShow },
  { name: 'evidence export', load: async () => (await import('./commands/evidence-export.ts')).evidenceExport },
  { name: 'respond plan', load: async () => (await import('./commands/respond-plan.ts')).respondPlan },
  { name: 'respond check', load: async () => (await import('./commands/respond-check.ts')).respondCheck },
  { name: 'respond do', load: async () => (await import('./commands/respond-do.ts')).respondDo },
  { name: 'respond approve', load: async () => (await import('./commands/respond-approve.ts')).respondApprove },
  { name: 'respond deny', load: async () => (await import('./commands/respond-deny.ts')).respondDeny },
  { name: 'respond undo', load: async () => (await import('./commands/respond-undo.ts')).respondUndo },
  { name: 'respond sign-script', load: async () => (await import('./commands/respond-sign-script.ts')).respondSignScript },
  { name: 'users list', load: async () => (await import('./commands/users-list.ts')).usersList },
  { name: 'users add', load: async () => (await import('./commands/users-add.ts')).usersAdd },
  { name: 'users reset', load: async () => (await import('./commands/users-reset.ts')).usersReset },
  { name: 'users role', load: async () => (await import('./commands/users-role.ts')).usersRole },
  { name: 'users disable', load: async () => (await import('./commands/users-disable.ts')).usersDisable },
  { name: 'users enable', load: async () => (await import('./commands/users-enable.ts')).usersEnable },
  { name: 'users remove', load: async () => (await import('./commands/users-remove.ts')).usersRemove },
  { name: 'tokens list', load: async () => (await import('./commands/tokens-list.ts')).tokensList },
  { name: 'tokens add', load: async () => (await import('./commands/tokens-add.ts')).tokensAdd },
  { name: 'tokens remove', load: async () => (await import('./commands/tokens-remove.ts')).tokensRemove },
  { name: 'audit list', load: async () => (await import('./commands/audit-list.ts')).auditList },
  { name: 'audit verify', load: async () => (await import('./commands/audit-verify.ts')).auditVerify },
  { name: 'doctor', load: async () => (await import('./commands/doctor.ts')).doctor },
  { name: 'completion', load: async () => (await import('./commands/completion.ts')).completion },
  { name: 'version', load: async () => (await import('./commands/version.ts')).version },
]

/** The definitions of all commands, for the help, the completion and the reference. */
export function loadCommands(): Promise<readonly AnyCommand[]> {
  return Promise.all(COMMANDS.map((entry) => entry.load()))
}

/** The command that the first words name, with those below it where it has any; empty when they name none. */
export function findCommands([first, second]: readonly string[]): readonly CommandEntry[] {
  const named = COMMANDS.filter(({ name }) => name === `${first} ${second}`)
  return named.length > 0 ? named : familyOf(first)
}

function familyOf(word: string | undefined): readonly CommandEntry[] {
  if (!COMMANDS.some(({ name }) => name === word)) return []
  return COMMANDS.filter(({ name }) => name === word || name.startsWith(`${word} `))
}
