import { X } from 'lucide-react'
import { COVERAGE_STATES, type CoverageReport } from '../../api/coverage.ts'
import { Button } from '../../components/button.tsx'
import { Choice } from '../../components/choice.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Panel } from '../../components/panel.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { Toolbar } from '../../components/toolbar.tsx'
import classes from './coverage.module.css'
import { Framework } from './framework.tsx'
import { Gaps } from './gaps.tsx'
import { Matrix } from './matrix.tsx'
import { stateName } from './state-mark.tsx'
import { TechniqueDrawer } from './technique-drawer.tsx'
import { type CoverageUrl, matrixOf, useCoverage } from './use-coverage.ts'

/** What the rules claim, what of it has data, is tested, and was proven by an attack. */
export function Coverage() {
  const { url, change, query } = useCoverage()
  const report = query.data
  const open = (technique: string): void => change({ technique }, { push: true })
  return (
    <>
      <PageHeader
        title="Coverage"
        detail="A claim is no proof: proven is what an attack on a real kernel has shown, with the rule as it is now."
        actions={
          <Choice
            label="Version of ATT&CK"
            value={url.version}
            onChange={(version) => change({ version: version === '18' ? undefined : version })}
            options={[
              { value: '18', name: 'ATT&CK v18' },
              { value: '19', name: 'v19' },
            ]}
          />
        }
      />
      {query.isError ? <ErrorState error={query.error} onRetry={query.refetch} /> : null}
      <Summary report={report} />
      <Tabs
        label="Frameworks"
        selected={url.tab}
        onSelect={(tab) => change({ tab: tab === 'attack' ? undefined : tab })}
        tabs={[
          { id: 'attack', name: 'ATT&CK' },
          { id: 'gaps', name: 'Gaps', count: report?.gaps.length },
          { id: 'atlas', name: 'ATLAS', count: report?.atlas.filter(({ state }) => state !== 'none').length },
          { id: 'owasp', name: 'OWASP', count: report?.owasp.filter(({ state }) => state !== 'none').length },
        ]}
      >
        {report === undefined ? (
          <div className={classes.loading}>
            <SkeletonLines lines={12} />
          </div>
        ) : (
          <Shown report={report} url={url} change={change} onOpen={open} />
        )}
      </Tabs>
      {report === undefined || url.technique === undefined ? null : (
        <TechniqueDrawer report={report} id={url.technique} onClose={() => change({ technique: undefined })} />
      )}
    </>
  )
}

function Summary({ report }: { readonly report: CoverageReport | undefined }) {
  const figures = [
    { name: 'techniques proven', tally: report?.techniques },
    { name: 'sub-techniques proven', tally: report?.subtechniques },
  ]
  return (
    <div className={classes.summary}>
      {figures.map(({ name, tally }) => (
        <p key={name} className={classes.figure}>
          <b>{tally === undefined ? '–' : `${tally.proven} of ${tally.total}`}</b>
          <span>{name}</span>
        </p>
      ))}
    </div>
  )
}

interface ShownProps {
  readonly report: CoverageReport
  readonly url: CoverageUrl
  readonly change: ReturnType<typeof useCoverage>['change']
  readonly onOpen: (technique: string) => void
}

function Shown({ report, url, change, onOpen }: ShownProps) {
  switch (url.tab) {
    case 'gaps':
      return (
        <Panel title="Not proven" detail="what attackers use most first" flush>
          <Gaps gaps={report.gaps} onOpen={onOpen} />
        </Panel>
      )
    case 'atlas':
      return (
        <Panel title="MITRE ATLAS" detail="attacks on systems with machine learning" flush>
          <Framework entries={report.atlas} />
        </Panel>
      )
    case 'owasp':
      return (
        <Panel title="OWASP Top 10 for LLM and agentic applications" flush>
          <Framework entries={report.owasp} />
        </Panel>
      )
    default:
      return (
        <div className={classes.attack}>
          <Toolbar>
            <SearchField label="Search techniques" value={url.text} onChange={(text) => change({ text })} />
            {COVERAGE_STATES.map((state) => (
              <Button
                key={state}
                small
                aria-pressed={url.state === state}
                {...(url.state === state ? { icon: X } : {})}
                onClick={() => change({ state: url.state === state ? undefined : state })}
              >
                {stateName(state)}
              </Button>
            ))}
          </Toolbar>
          <Panel title="Matrix" detail="Linux and containers" flush>
            <Matrix columns={matrixOf(report, url)} onOpen={onOpen} />
          </Panel>
        </div>
      )
  }
}
