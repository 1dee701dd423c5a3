/** The report as a layer of the ATT&CK Navigator (layer format 4.5). */
import type { CoverageReport } from './coverage.ts'
import { STATES } from './rule-coverage.ts'

/** By state, from `none` on. */
const COLOURS = ['', '#f4c7c3', '#fce8b2', '#c6dafc', '#57bb8a']

/** A score from 1, claimed, to 4, proven; techniques that no rule names are left out. */
export function navigatorLayer({ attackVersion, covered, date }: CoverageReport) {
  const techniques = covered
    .filter(({ state }) => state !== 'none')
    .flatMap((one) =>
      one.tactics.map((tactic) => ({
        techniqueID: one.id,
        tactic,
        score: STATES.indexOf(one.state),
        color: COLOURS[STATES.indexOf(one.state)] ?? '',
        comment: `${one.state}: ${one.rules.join('; ')}`,
        enabled: true,
        metadata: [
          { name: 'depth', value: String(one.depth) },
          { name: 'robustness', value: one.robustness ?? '' },
          ...(one.provenOn === null ? [] : [{ name: 'proven on', value: one.provenOn }]),
        ],
        links: [],
        showSubtechniques: false,
      })),
    )
  return {
    name: 'Tarsier coverage',
    versions: { attack: String(attackVersion), navigator: '5.1.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description: `Claimed, with data, tested and proven techniques on ${date}`,
    filters: { platforms: ['Linux', 'Containers'] },
    sorting: 3,
    layout: { layout: 'side', aggregateFunction: 'max', showID: true, showName: true, showAggregateScores: false, countUnscored: false },
    hideDisabled: false,
    techniques,
    gradient: { colors: COLOURS.slice(1), minValue: 1, maxValue: STATES.length - 1 },
    legendItems: STATES.slice(1).map((label, index) => ({ label, color: COLOURS[index + 1] ?? '' })),
    metadata: [],
    links: [],
    showTacticRowBackground: false,
    tacticRowBackground: '#dddddd',
    selectTechniquesAcrossTactics: true,
    selectSubtechniquesWithParent: false,
  }
}
