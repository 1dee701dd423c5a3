import { PageHeader } from '../../components/page-header.tsx'
import { NewestFindings } from './newest-findings.tsx'
import classes from './now.module.css'
import { OpenIncidents } from './open-incidents.tsx'
import { SensorList } from './sensor-list.tsx'
import { Summary } from './summary.tsx'
import { useDay, useNewestFindings, useOpenIncidents, useSensors } from './use-now.ts'

/** What matters at this moment: what is open, what comes in, and whether everything is seen. */
export function Now() {
  const incidents = useOpenIncidents()
  const newest = useNewestFindings()
  const sensors = useSensors()
  const day = useDay()
  return (
    <>
      <PageHeader title="Now" />
      <Summary incidents={incidents} day={day.data} sensors={sensors.sensors} total={sensors.total} isLoading={sensors.query.isPending} />
      <div className={classes.columns}>
        <div className={classes.main}>
          <OpenIncidents {...incidents} hasSensors={sensors.query.isPending || sensors.total > 0} />
          {/* Not before it is known how high the incidents are: nothing jumps. */}
          {incidents.query.isPending ? null : <NewestFindings {...newest} />}
        </div>
        {incidents.query.isPending || newest.query.isPending ? null : <SensorList {...sensors} />}
      </div>
    </>
  )
}
