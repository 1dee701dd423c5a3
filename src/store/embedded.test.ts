import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessConformance } from './conformance/access-conformance.ts'
import { auditConformance } from './conformance/audit-conformance.ts'
import type { Engine } from './conformance/engine.ts'
import { filterConformance } from './conformance/filter-conformance.ts'
import { findingConformance } from './conformance/finding-conformance.ts'
import { historyConformance } from './conformance/history-conformance.ts'
import { incidentConformance } from './conformance/incident-conformance.ts'
import { processConformance } from './conformance/process-conformance.ts'
import { retentionConformance } from './conformance/retention-conformance.ts'
import { START_NS } from './conformance/samples.ts'
import { workConformance } from './conformance/work-conformance.ts'
import { openStore } from './embedded.ts'
import type { Store } from './store.ts'

const folders = new WeakMap<Store, string>()

async function openIn(folder: string): Promise<Store> {
  const store = await openStore({ folder, nowNs: () => START_NS })
  folders.set(store, folder)
  return store
}

const embedded: Engine = {
  open: () => openIn(mkdtempSync(join(tmpdir(), 'tarsier-store-'))),
  reopen: async (store) => {
    const { folder } = await store.status()
    await store.close()
    return openIn(folder)
  },
  remove: async (store) => {
    await store.close()
    rmSync(folders.get(store) ?? '', { recursive: true, force: true })
  },
}

findingConformance(embedded)
incidentConformance(embedded)
processConformance(embedded)
workConformance(embedded)
accessConformance(embedded)
auditConformance(embedded)
historyConformance(embedded)
filterConformance(embedded)
retentionConformance(embedded)
