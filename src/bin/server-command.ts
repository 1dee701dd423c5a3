/** How the agent starts its server: this very program, with another command. */
import { fileURLToPath } from 'node:url'
import type { CommandContext, RunSettings } from '../cli/context.ts'
import { formatListenAddress } from '../lib/listen-address.ts'

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url))

/** Not the agent's own settings of V8: a server has other work. */
const NODE = [process.execPath, '--disable-warning=ExperimentalWarning']

/** The program and its arguments. It sees the rules that the agent runs. */
export function serverCommand(
  { state, listen, rules, responses }: Pick<RunSettings, 'state' | 'listen' | 'rules'> & Partial<Pick<RunSettings, 'responses'>>,
  { shippedRules, shippedResponses }: CommandContext,
): readonly string[] {
  const { paths, matching, priority, enable, disable } = rules
  return [
    ...NODE,
    CLI,
    'serve',
    ...['--state', state],
    ...(listen === undefined ? [] : ['--listen', formatListenAddress(listen)]),
    ...paths.filter((path) => path !== shippedRules || paths.length > 1).flatMap((path) => ['--rules', path]),
    ...(responses?.paths ?? []).filter((path) => path !== shippedResponses).flatMap((path) => ['--responses', path]),
    ...(responses === undefined || responses.atMost === 'act' ? [] : ['--respond', responses.atMost]),
    ...(matching === 'all' ? [] : ['--matching', matching]),
    ...(priority === undefined ? [] : ['--priority', priority]),
    ...enable.flatMap((pattern) => ['--enable', pattern]),
    ...disable.flatMap((pattern) => ['--disable', pattern]),
  ]
}
