/** What came of one batch of an agent, written as a whole: findings, their incidents, and how far the stream has been taken. */
import type { Finding } from '../../findings/finding.ts'
import type { Incident } from '../../findings/incident.ts'
import { severityOf } from '../../findings/priority.ts'
import type { FindingBatch } from '../state-store.ts'
import { storedText } from '../stored-text.ts'
import { timeValue } from '../time-value.ts'
import type { Database } from './database.ts'
import type { FindingGroups } from './finding-groups.ts'
import type { Positions } from './positions.ts'
import { searchText } from './search-text.ts'

interface Parts {
  readonly groups: FindingGroups
  readonly positions: Positions
  readonly putIncident: (incident: Incident) => void
}

/** A finding that is there already, by its id, stays as it is: to be told something twice changes nothing. */
export function createFindingWriter(database: Database, { groups, positions, putIncident }: Parts): (batch: FindingBatch) => void {
  const owner = database.prepare<{ hostname: string }>('SELECT hostname FROM findings JOIN finding_groups USING (group_id) WHERE id = ?')
  const add = database.prepare<{ number: number }>(
    `INSERT INTO findings (id, time_ns, group_id, severity, incident_id, process_key, bytes, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO NOTHING RETURNING number`,
  )
  const addText = database.prepare('INSERT INTO finding_texts (number, text) VALUES (?, ?)')

  function put(finding: Finding, incidentId: string | undefined): void {
    const document = JSON.stringify(finding)
    const row = add.get(
      finding.id,
      timeValue(finding.timeNs),
      groups.idFor(finding),
      severityOf(finding.priority),
      incidentId ?? null,
      finding.processKey ?? null,
      document.length,
      document,
    )
    if (row !== undefined) addText.run(row.number, textOf(finding))
    else if (owner.get(finding.id)?.hostname !== storedText(finding.hostname)) put(onItsHost(finding), incidentId)
  }

  return ({ spool, seq, findings, incidents }) => {
    try {
      database.write(() => {
        for (const incident of incidents) putIncident(incident)
        for (const { finding, incidentId } of findings) put(finding, incidentId)
        positions.advance('findings', spool, seq)
      })
    } catch (error) {
      groups.forget()
      throw error
    }
  }
}

/** Ids are made by the hosts, each for itself: should two have made the same, neither finding may go. */
function onItsHost(finding: Finding): Finding {
  return { ...finding, id: `${finding.id}@${finding.hostname}` }
}

function textOf({ rule, output, lineage }: Finding): string {
  return searchText([rule, output, lineage[0]?.cmdline ?? ''])
}
