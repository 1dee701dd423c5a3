import { defineCommand } from '../command.ts'
import { argumentsOf, choiceArgument, flag, text } from '../option.ts'

export const rulesImport = defineCommand({
  name: 'rules import',
  summary: 'Turn rules of another format into rules of Tarsier.',
  doc: 'Compiles Sigma rules and prints a rule file. Rules that cannot be compiled are left out, each with one reason, which --report prints; how many there were is said on standard error.',
  arguments: {
    format: choiceArgument('FORMAT', ['sigma'], 'The format of the files: sigma.'),
    files: argumentsOf('FILE', 'Files with Sigma rules, or folders of them.'),
  },
  options: {
    out: text('FILE', 'Where the rules are written instead of standard output.'),
    mapping: text('FILE', 'Own names of fields and log sources, as YAML.'),
    placeholders: text('FILE', 'The values of %placeholders%, as YAML.'),
    report: flag('Print what became of each rule; the rules themselves only with --out.'),
  },
  examples: [
    { line: 'rules import sigma rules/linux --out sigma.yaml', doc: 'Then: tarsier rules check sigma.yaml' },
    { line: 'rules import sigma rules/linux --report', doc: 'Which rules compile, and why others do not.' },
    { line: 'rules import sigma rules/linux --json', doc: '{"rules","outcomes":[{"path","title","result","reason"}]}' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ files, out, mapping, placeholders, report, json }, context) => {
    const { importFiles } = await import('../import-sigma.ts')
    return importFiles({ files, out, mapping, placeholders, report, json }, context)
  },
})
