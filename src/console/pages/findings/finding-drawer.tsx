import { Link } from '@tanstack/react-router'
import { ShieldOff } from 'lucide-react'
import { useState } from 'react'
import { incidentPath } from '../../app/paths.ts'
import { useMay } from '../../app/session-context.ts'
import { Button } from '../../components/button.tsx'
import { Drawer } from '../../components/dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { ExceptionDialog } from '../../components/exception-dialog.tsx'
import { FindingDetail } from '../../components/finding-detail.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { exceptionParts } from './exception-parts.ts'
import { useOpenFinding } from './use-findings.ts'

/** A finding beside the list: why it fired, and what to do about it. */
export function FindingDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { data: finding, error, refetch } = useOpenFinding(id)
  const [isExcepting, setExcepting] = useState(false)
  const may = useMay('analyst')
  return (
    <>
      <Drawer isOpen onClose={onClose} title={finding?.rule ?? 'Finding'} size="large">
        {error === null ? null : <ErrorState error={error} onRetry={refetch} />}
        {finding === undefined && error === null ? <SkeletonLines lines={10} /> : null}
        {finding === undefined ? null : (
          <FindingDetail
            finding={finding}
            actions={
              <>
                {may ? (
                  <Button icon={ShieldOff} onClick={() => setExcepting(true)}>
                    Add exception
                  </Button>
                ) : null}
                {typeof finding.incidentId === 'string' ? <Link to={incidentPath(finding.incidentId)}>Open its incident</Link> : null}
              </>
            }
          />
        )}
      </Drawer>
      {finding === undefined ? null : (
        <ExceptionDialog rule={finding.rule} parts={exceptionParts(finding)} isOpen={isExcepting} onClose={() => setExcepting(false)} />
      )}
    </>
  )
}
