import type { Finding } from '../../findings/finding.ts'

/** About the bytes that a finding takes in memory or as JSON: enough to bound a queue and a batch by. */
export function weightOf({ output, outputFields, lineage, why, rule }: Finding): number {
  let characters = output.length + rule.length
  for (const value of Object.values(outputFields)) characters += typeof value === 'string' ? value.length : 8
  for (const { name, exePath, cmdline, user } of lineage) characters += name.length + exePath.length + cmdline.length + user.length
  for (const { check, value } of why) characters += check.length + value.length
  return characters * 2 + 1000
}
