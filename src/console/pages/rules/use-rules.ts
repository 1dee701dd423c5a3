/** The rules as the URL has them narrowed. All of them are there: a few hundred. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { RuleSummary } from '../../../api/services.ts'
import { PRIORITIES, type Priority } from '../../../findings/finding.ts'
import { rulesQuery } from '../../api/rules.ts'
import { allOf, oneOf, type Search, someOf, useUrlState } from '../../app/url-state.ts'

const RULE_CHOICES = ['all', 'on', 'off', 'shadow', 'changed', 'local'] as const
export type RuleChoice = (typeof RULE_CHOICES)[number]

export interface RulesUrl {
  readonly text: string
  readonly choice: RuleChoice
  readonly priority: readonly Priority[]
  readonly tag: readonly string[]
  readonly technique: readonly string[]
}

export function parseRules(search: Search): RulesUrl {
  return {
    text: oneOf(search, 'text') ?? '',
    choice: RULE_CHOICES.find((choice) => choice === oneOf(search, 'show')) ?? 'all',
    priority: someOf(search, 'priority', PRIORITIES),
    tag: allOf(search, 'tag'),
    technique: allOf(search, 'technique'),
  }
}

const CHOSEN: Readonly<Record<RuleChoice, (rule: RuleSummary) => boolean>> = {
  all: () => true,
  on: ({ enabled, shadow }) => enabled && !shadow,
  off: ({ enabled }) => !enabled,
  shadow: ({ enabled, shadow }) => enabled && shadow,
  changed: ({ overridden, exceptions }) => overridden || exceptions > 0,
  local: ({ origin }) => origin === 'local',
}

export function narrowed(rules: readonly RuleSummary[], { text, choice, priority, tag, technique }: RulesUrl): readonly RuleSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return rules.filter((rule) => {
    const said = `${rule.name} ${rule.desc} ${rule.tags.join(' ')} ${rule.techniques.join(' ')}`.toLowerCase()
    return (
      CHOSEN[choice](rule) &&
      words.every((word) => said.includes(word)) &&
      (priority.length === 0 || priority.includes(rule.priority)) &&
      tag.every((one) => rule.tags.includes(one)) &&
      technique.every((one) => rule.techniques.some((id) => id === one || id.startsWith(`${one}.`)))
    )
  })
}

export function useRules() {
  const [url, change] = useUrlState(parseRules)
  const query = useQuery(rulesQuery)
  const rows = useMemo(() => narrowed(query.data ?? [], url), [query.data, url])
  return { url, change, query, rows }
}
