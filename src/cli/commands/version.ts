import { release } from 'node:os'
import { safeJson } from '../../lib/escape.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'

/** Also `tarsier --version`. */
export const version = defineCommand({
  name: 'version',
  summary: 'Print the version.',
  doc: 'Prints the version of Tarsier, of Node and of the kernel.',
  arguments: {},
  options: {},
  examples: [
    { line: 'version', doc: 'For people.' },
    { line: 'version --json', doc: 'For programs: {"version","node","kernel","platform"}.' },
  ],
  exits: ['ok'],
  run: async ({ json }, { stdout, version }) => {
    const facts = { version, node: process.version, kernel: release(), platform: `${process.platform}-${process.arch}` }
    stdout.write(json ? `${safeJson(facts)}\n` : `tarsier ${version} (node ${facts.node}, kernel ${facts.kernel}, ${facts.platform})\n`)
    return EXIT.ok
  },
})
