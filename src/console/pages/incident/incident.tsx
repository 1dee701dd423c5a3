import { useRouter } from '@tanstack/react-router'
import { processPath } from '../../app/paths.ts'
import { Drawer } from '../../components/dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { FindingDetail } from '../../components/finding-detail.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ProcessPanel } from '../../components/process-graph/process-panel.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { AttackChain } from './attack-chain.tsx'
import classes from './incident.module.css'
import { IncidentHeader } from './incident-header.tsx'
import { LowerTabs } from './lower-tabs.tsx'
import { NextActions } from './next-actions.tsx'
import { StoryPanel } from './story-panel.tsx'
import { useIncident } from './use-incident.ts'

/** What happened, why, and what to do. */
export function IncidentPage() {
  const page = useIncident()
  const router = useRouter()
  const { incident, story, state, change, open } = page
  if (incident.isError) {
    return (
      <>
        <PageHeader title="Incident" parent={{ path: '/incidents', title: 'Incidents' }} />
        <ErrorState error={incident.error} onRetry={incident.refetch} />
      </>
    )
  }
  if (incident.data === undefined || story.isPending) return <IncidentSkeleton />
  const openFinding = (finding: string | undefined): void => change({ finding }, { push: finding !== undefined })
  const openProcess = (key: string): void => router.history.push(processPath(incident.data.hostname, key))
  return (
    <>
      <IncidentHeader incident={incident.data} />
      <div className={classes.columns}>
        <StoryPanel story={story} onOpenFinding={openFinding} openFinding={state.finding} />
        <div className={classes.side}>
          <NextActions story={story} />
          <AttackChain techniques={incident.data.techniques} />
        </div>
      </div>
      <ProcessPanel
        tree={page.tree}
        label="Processes of the incident"
        focus={incident.data?.processKey ?? undefined}
        shownAs={state.processes}
        onShowAs={(processes) => change({ processes })}
        onOpen={openProcess}
      />
      <LowerTabs page={page} onOpenFinding={openFinding} onOpenProcess={openProcess} />
      <Drawer isOpen={open !== undefined} onClose={() => openFinding(undefined)} title={open?.rule ?? ''}>
        {open === undefined ? null : <FindingDetail finding={open} />}
      </Drawer>
    </>
  )
}

/** In place of all of it, until what stands at the top is there: then nothing jumps. */
function IncidentSkeleton() {
  return (
    <div role="status" aria-label="Loading the incident" className={classes.loading}>
      <Skeleton width="min(560px, 90%)" height="52px" />
      <Skeleton width="min(420px, 70%)" height="18px" />
      <div className={classes.columns}>
        <Skeleton height="420px" />
        <Skeleton height="320px" />
      </div>
    </div>
  )
}
