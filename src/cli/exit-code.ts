/** What a command's exit code says. Documented in every command's help. */

export const EXIT = {
  ok: 0,
  inputErrors: 1,
  usage: 2,
  hostCannot: 3,
  failed: 4,
} as const

export type ExitName = keyof typeof EXIT
export type ExitCode = (typeof EXIT)[ExitName]

export const EXIT_DOC: Readonly<Record<ExitName, string>> = {
  ok: 'All went well. A run that was ended by SIGINT or SIGTERM went well, too.',
  inputErrors:
    'The input has errors: a rule, a test of a rule, an event, a recording. They are on standard error (with --json in the output).',
  usage: 'The command line is wrong.',
  hostCannot: 'This host cannot do it: no privileges, no BTF, sensor not built. `tarsier doctor` says how to mend it.',
  failed: 'A failure while running: a file that cannot be read or written, or a bug.',
}
