/** What is kept, for how long, and copies of it. */
import { join } from 'node:path'
import Type from 'typebox'
import { AppError } from '../../lib/app-error.ts'
import { rfc3339 } from '../../lib/time-format.ts'
import type { RetentionSettings, Store, StoreStatus } from '../../store/store.ts'
import { defineResource, route } from '../route.ts'
import { count, nounShape, oneOf, record } from '../shapes/shape.ts'

const STATUS = {
  folder: Type.String(),
  bytes: count(),
  freeBytes: Type.Number({ description: 'Of the file system.' }),
  historyStopped: Type.Boolean({ description: 'There is too little room for history; findings are still taken.' }),
  findings: count(),
  events: count(),
} as const

nounShape<StoreStatus>()('StoreStatus', 'What is kept.', STATUS)

const limits = () => ({
  maxAgeDays: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 36_500, description: 'Absent: for ever.' })),
  maxBytes: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Absent: as much as there is room for.' })),
})

const retentionShape = nounShape<RetentionSettings>()('RetentionSettings', 'How long and how much is kept.', limits())
const kinds = ['findings', 'history', 'audit', 'sensorPoints'] as const

const running = new WeakSet<Store>()

export const store = defineResource({
  name: 'store',
  doc: 'What is kept on the disk, for how long, and copies of it.',
  routes: [
    route({
      method: 'GET',
      path: '/store',
      needs: 'viewer',
      summary: 'How much there is, and how long it is kept.',
      answer: record({
        ...STATUS,
        retention: record({ findings: retentionShape, history: retentionShape, audit: retentionShape, sensorPoints: retentionShape }),
      }),
      handler: async ({ services }) => ({ ...(await services.store.status()), retention: services.store.retention() }),
    }),
    route({
      method: 'PUT',
      path: '/store/retention/:kind',
      needs: 'admin',
      summary: 'Say how long and how much of a kind is kept.',
      params: record({ kind: oneOf(kinds) }),
      body: record(limits()),
      answer: retentionShape,
      audit: { action: 'store.retention', target: ({ params }) => params.kind },
      handler: ({ services, params, body }) => {
        services.store.setRetention(params.kind, { maxAgeDays: body.maxAgeDays, maxBytes: body.maxBytes })
        return services.store.retention()[params.kind]
      },
    }),
    route({
      method: 'POST',
      path: '/store/backups',
      needs: 'admin',
      summary: 'Copy everything into a new folder, while it is used. Answers when it is done.',
      status: 201,
      answer: record({ folder: Type.String(), bytes: count() }),
      audit: { action: 'store.backup', target: ({ backupFolder }) => backupFolder },
      handler: async ({ services, backupFolder }) => {
        if (running.has(services.store)) throw new AppError('API_BUSY', { what: 'a backup' })
        running.add(services.store)
        try {
          const folder = join(backupFolder, rfc3339(services.nowNs()).slice(0, 19).replaceAll(':', '-'))
          return { folder, ...(await services.store.backUp(folder)) }
        } finally {
          running.delete(services.store)
        }
      },
    }),
  ],
})
