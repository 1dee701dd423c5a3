import { isLoud } from '../../findings/noise-report.ts'
import { parseDurationMs } from '../../lib/quantity.ts'
import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { amount, argumentsOf, flag, text } from '../option.ts'
import { RULE_OPTIONS, ruleChoiceOf } from '../rule-options.ts'

const FILE = 'coverage/noise.json'

export const noise = defineCommand({
  name: 'noise',
  summary: 'Run benign work for real and see what the rules say of it.',
  doc: 'Starts the sensor with the rules, as `run` does, and runs workloads of every day: packages, builds, servers, logins, backups. Each has a throw-away sandbox, as with `prove`. What the rules find there is noise; the report counts it by rule and priority and per host-hour, with the explanation that rules give (`noise:`). A workload that fails is broken and an error, since its silence says nothing; one whose programs or packages are missing is skipped and counted. Debian packages are fetched once, to /var/cache/tarsier. Needs root.',
  arguments: { names: argumentsOf('WORKLOAD', 'Names of workloads. None means all.', { optional: true }) },
  options: {
    list: flag('Show the workloads and end.'),
    seconds: amount('N', 'Repeat each workload until it was observed for so long.', 'a number of seconds', (given) => {
      const ms = parseDurationMs(given)
      return ms === undefined ? undefined : ms / 1000
    }),
    keepGoing: flag('Go on when a workload is broken.'),
    rules: RULE_OPTIONS.rules,
    workloads: text('FOLDER', 'Your own workloads, instead of those that come with Tarsier.'),
    report: text('FILE', `Where the report is kept. Default: ${FILE}, for all workloads; none for some.`),
    noReport: flag('Keep no report.'),
  },
  examples: [
    { line: 'noise --keep-going', doc: 'All workloads; the exit code is 1 when a finding is a warning or graver.' },
    { line: 'noise nginx redis --seconds 60', doc: 'Two of them, a minute each.' },
    { line: 'noise --list', doc: 'What there is.' },
  ],
  exits: ['ok', 'inputErrors', 'hostCannot'],
  run: async ({ names, list, seconds = 0, keepGoing, rules, workloads, report: path, noReport, json, color }, context) => {
    const folder = workloads ?? context.shippedWorkloads
    const { noiseText, workloadsText } = await import('../noise-text.ts')
    if (list) {
      context.stdout.write(workloadsText(await context.live.listWorkloads(folder), json))
      return EXIT.ok
    }
    const { createProgress } = await import('../proof-text.ts')
    const preset = { strict: false, matching: undefined, priority: undefined, enable: [], disable: [] }
    const { end, ...progress } = createProgress(context)
    const file = noReport ? undefined : (path ?? (names.length === 0 && workloads === undefined ? FILE : undefined))
    const choice = ruleChoiceOf({ rules, ...preset }, context.shippedRules)
    const report = await context.live.noise({ rules: choice, folder, names, seconds, keepGoing, file, ...progress }, context)
    end()
    const { safeJson } = await import('../../lib/escape.ts')
    context.stdout.write(json ? `${safeJson(report)}\n` : noiseText(report, colourOf(color, context)))
    const isGood = report.left === 0 && !report.byRule.some(isLoud) && !report.workloads.some(({ result }) => result === 'broken')
    return isGood ? EXIT.ok : EXIT.inputErrors
  },
})
