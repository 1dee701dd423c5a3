import type { UseQueryResult } from '@tanstack/react-query'
import { ListTree, Network, Workflow } from 'lucide-react'
import type { StoredProcess } from '../../../store/state-store.ts'
import { useIsPhone } from '../../app/use-is-phone.ts'
import { wholeNumber } from '../../format/numbers.ts'
import { Button } from '../button.tsx'
import { EmptyState } from '../empty-state.tsx'
import { ErrorState } from '../error-state.tsx'
import { IconButton } from '../icon-button.tsx'
import { Panel } from '../panel.tsx'
import { Skeleton } from '../skeleton.tsx'
import { ProcessGraph } from './process-graph.tsx'
import classes from './process-panel.module.css'
import { ProcessTree } from './process-tree.tsx'
import { useTreeRows } from './use-tree-rows.ts'

interface Tree {
  readonly processes: readonly StoredProcess[]
  readonly truncated: boolean
}

export interface ProcessPanelProps {
  readonly tree: UseQueryResult<Tree>
  /** What the picture is of: `Processes of the incident`. */
  readonly label: string
  /** The process that it begins with. */
  readonly focus: string | undefined
  readonly shownAs: 'graph' | 'list' | undefined
  readonly onShowAs: (shownAs: 'graph' | 'list') => void
  readonly onOpen: (processKey: string) => void
}

/** Who started whom: processes with those above and below. */
export function ProcessPanel({ tree, label, focus, shownAs, onShowAs, onOpen }: ProcessPanelProps) {
  const isPhone = useIsPhone()
  const isGraph = (shownAs ?? (isPhone ? 'list' : 'graph')) === 'graph'
  const processes = tree.data?.processes ?? NONE
  const rows = useTreeRows(processes, focus)
  const props = { ...rows, label, focus, onOpen }
  return (
    <Panel
      title="Processes"
      detail={
        tree.data === undefined
          ? undefined
          : `${wholeNumber(processes.length)}${tree.data.truncated ? ', those farthest away left out' : ''}`
      }
      flush
      actions={
        <>
          <Button small look="quiet" onClick={rows.openAll}>
            Open all
          </Button>
          <Button small look="quiet" onClick={rows.reset}>
            What matters
          </Button>
          <IconButton icon={Network} label="As a picture" small isPressed={isGraph} onClick={() => onShowAs('graph')} />
          <IconButton icon={ListTree} label="As a list" small isPressed={!isGraph} onClick={() => onShowAs('list')} />
        </>
      }
    >
      <div className={classes.place}>
        {tree.isPending ? <Skeleton height="100%" /> : null}
        {tree.isError ? <ErrorState error={tree.error} onRetry={tree.refetch} /> : null}
        {tree.isSuccess && processes.length === 0 ? (
          <EmptyState icon={Workflow} title="No process is known">
            Nobody named one, or its records have been thrown away by age.
          </EmptyState>
        ) : null}
        {processes.length === 0 ? null : isGraph ? <ProcessGraph {...props} /> : <ProcessTree {...props} />}
      </div>
    </Panel>
  )
}

const NONE: readonly StoredProcess[] = []
