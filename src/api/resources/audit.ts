/** What people did. */
import Type from 'typebox'
import { verifyAudit } from '../../store/audit-chain.ts'
import { pageQuery, pageRequest } from '../paging.ts'
import { defineResource, route } from '../route.ts'
import { auditEntryShape } from '../shapes/access-shape.ts'
import { perhaps } from '../shapes/given-text.ts'
import { count, pageOf, record } from '../shapes/shape.ts'

export const audit = defineResource({
  name: 'audit',
  doc: 'What people did: every change and every login, each entry chained to the one before by its hash.',
  routes: [
    route({
      method: 'GET',
      path: '/audit',
      needs: 'admin',
      summary: 'Entries, newest first.',
      query: record({ user: perhaps(200, 'Id of the user.'), action: perhaps(100, 'Such as `rule.exception.add`.'), ...pageQuery }),
      answer: pageOf(auditEntryShape),
      handler: ({ access, query }) => {
        const wanted = {
          ...(query.user !== undefined && { userId: query.user }),
          ...(query.action !== undefined && { action: query.action }),
        }
        return access.store.audit.list(wanted, pageRequest(query))
      },
    }),
    route({
      method: 'GET',
      path: '/audit/verification',
      needs: 'admin',
      summary: 'Whether every entry is as it was written.',
      doc: 'What the chain cannot tell is that its end was cut off: compare the last hash with one that you kept elsewhere.',
      answer: record({
        ok: Type.Boolean(),
        entries: count('How many were looked at.'),
        brokenAt: Type.Optional(count('Number of the first that is not what it was.')),
        hash: Type.String({ description: 'Of the last entry that is right.' }),
      }),
      handler: ({ access }) => verifyAudit(access.store.audit.all(), access.store.audit.anchor()),
    }),
  ],
})
