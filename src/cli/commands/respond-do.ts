import type { ActionRecord } from '../../findings/action-record.ts'
import { parseDurationMs } from '../../lib/quantity.ts'
import { CLIENT_OPTIONS } from '../client-options.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { amount, argument, flag, text, texts, UsageError } from '../option.ts'

export const respondDo = defineCommand({
  name: 'respond do',
  summary: 'Do something about a process, a container, a file or an address.',
  doc: 'First says whom it would touch, and does nothing; with --yes the agent of the host does it, unless its guard refuses, and what became of it is told step by step, with the proof that it worked. docs/reference/actions.md has all actions and their settings. Takes a token of a responder.',
  arguments: { action: argument('ACTION', 'What to do, for example kill-tree.') },
  options: {
    host: text('NAME', 'The host on which it is done. Default: this one.'),
    process: text('KEY', 'The process, as `tarsier ps --json` names it: PID@START.'),
    container: text('ID', 'The container.'),
    file: text('PATH', 'The file; with --process as that one sees it.'),
    address: text('IP', 'The address or network.'),
    port: amount('PORT', 'The port there. Default: every port.', 'a port', portOf),
    with: texts('NAME=VALUE', 'A setting of the action; a value that is JSON is taken as such. May be given several times.', 'repeat'),
    for: amount('TIME', 'Take it back after so long, for example 30m.', 'a time such as 30m', secondsOf),
    finding: text('ID', 'The finding that led to it.'),
    incident: text('ID', 'The incident to which it belongs.'),
    yes: flag('Do it.'),
    ...CLIENT_OPTIONS,
  },
  examples: [
    { line: 'respond do kill-tree --process 4711@81234567890', doc: 'Whom would it touch?' },
    { line: 'respond do isolate-network --container 0a1b2c3d4e5f --for 30m --yes', doc: 'Cut a container off for half an hour.' },
  ],
  exits: ['ok', 'inputErrors', 'failed'],
  run: async ({ action, yes, server, tokenFile, json, color, ...given }, context) => {
    const [{ connectServer }, { follow, show }] = await Promise.all([import('../server-client.ts'), import('../ask-action.ts')])
    const client = connectServer({ server, tokenFile }, context)
    const { hostname } = await import('node:os')
    const {
      host = hostname(),
      process: processKey,
      container: containerId,
      file,
      address: ip,
      port,
      finding: findingId,
      incident,
      for: forSeconds,
    } = given
    const subject = { hostname: host, ...defined({ processKey, containerId, file, ip, port, findingId }) }
    const settings = Object.fromEntries(given.with.map(settingOf))
    const body = { action, subject, settings, mode: yes ? 'act' : 'dry-run', ...defined({ forSeconds, incidentId: incident }) }
    const record = await client.post<ActionRecord>('/actions', body)
    if (yes) return follow(client, record, { json, color, steps: 0 }, context)
    show(record, { json, color }, context)
    if (!json) context.stderr('nothing was done; --yes does it\n')
    return record.phase === 'planned' ? EXIT.ok : EXIT.failed
  },
})

function defined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function settingOf(text: string): readonly [string, unknown] {
  const [, name, value = ''] = /^([\w.-]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined) throw new UsageError(`--with takes NAME=VALUE, not ${text}`)
  try {
    return [name, JSON.parse(value)]
  } catch {
    return [name, value] // a text as it stands
  }
}

function portOf(given: string): number | undefined {
  return /^[1-9]\d{0,4}$/.test(given) && Number(given) <= 65_535 ? Number(given) : undefined
}

function secondsOf(given: string): number | undefined {
  const ms = parseDurationMs(given)
  return ms === undefined || ms < 1000 ? undefined : Math.round(ms / 1000)
}
