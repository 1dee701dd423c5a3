import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useRouter } from '@tanstack/react-router'
import type { ProcessRecord } from '../../../findings/process-record.ts'
import type { StoredProcess } from '../../../store/state-store.ts'
import { queryText } from '../../api/client.ts'
import { processActivityQuery, processQuery, processTimelineQuery, processTreeQuery } from '../../api/processes.ts'
import { eventsPath, findingPath, processPath } from '../../app/paths.ts'
import { oneOf, type Search, useUrlState } from '../../app/url-state.ts'
import { Badge } from '../../components/badge.tsx'
import { CopyText } from '../../components/copy-button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { KeyValue } from '../../components/key-value.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Panel } from '../../components/panel.tsx'
import { ProcessPanel } from '../../components/process-graph/process-panel.tsx'
import { RespondButton } from '../../components/respond-button.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { timeSpan } from '../../format/numbers.ts'
import { Activity } from './activity.tsx'
import classes from './process.module.css'
import { Timeline } from './timeline.tsx'

const TABS = ['timeline', 'files', 'connections', 'libraries'] as const
const PARENT = { path: '/processes', title: 'Processes' }

function parse(search: Search) {
  const shown = oneOf(search, 'processes')
  return {
    tab: TABS.find((tab) => tab === oneOf(search, 'tab')) ?? 'timeline',
    processes: shown === 'graph' || shown === 'list' ? shown : undefined,
  } as const
}

/** One process: what it is, who started it, what it started, and what it did. */
export function Process() {
  const { host = '', key = '' } = useParams({ strict: false }) as { readonly host?: string; readonly key?: string }
  const [{ tab, processes }, change] = useUrlState(parse)
  const router = useRouter()
  const query = useQuery(processQuery(host, key))
  const tree = useQuery(processTreeQuery(host, key))
  const timeline = useQuery({ ...processTimelineQuery(host, key), enabled: tab === 'timeline' })
  const activity = useQuery({ ...processActivityQuery(host, key), enabled: tab !== 'timeline' })
  const process = query.data?.process
  return (
    <>
      <PageHeader
        title={process === undefined ? key : `${process.name} (${process.pid})`}
        heading={<Text value={process === undefined ? key : `${process.name} (${process.pid})`} />}
        parent={PARENT}
        detail={process === undefined ? '\u00a0' : <Head process={process} />}
        actions={
          <>
            <Link to={eventsPath({ host: [host], process: key, from: '30d' }) as string}>Its events</Link>
            {process === undefined || typeof process.exitNs === 'number' ? null : <Respond process={process} />}
          </>
        }
      />
      {query.isError ? <ErrorState error={query.error} onRetry={query.refetch} /> : null}
      {query.isPending ? <SkeletonLines lines={10} /> : null}
      {query.data === undefined ? null : <Facts process={query.data.process} states={query.data.states} />}
      <ProcessPanel
        tree={tree}
        label="The process among its kin"
        focus={key}
        shownAs={processes}
        onShowAs={(shown) => change({ processes: shown })}
        onOpen={(other) => router.history.push(processPath(host, other))}
      />
      <section aria-label="What it did" className={classes.lower}>
        <Tabs
          label="What it did"
          selected={tab}
          onSelect={(next) => change({ tab: next === 'timeline' ? undefined : next })}
          tabs={[
            { id: 'timeline', name: 'Timeline' },
            { id: 'files', name: 'Files', count: activity.data?.files.length },
            { id: 'connections', name: 'Connections', count: activity.data?.connections.length },
            { id: 'libraries', name: 'Libraries', count: activity.data?.libraries.length },
          ]}
        >
          {tab === 'timeline' ? (
            <Timeline query={timeline} onOpenFinding={(id) => router.history.push(findingPath(id))} />
          ) : (
            <Activity query={activity} what={tab} />
          )}
        </Tabs>
      </section>
    </>
  )
}

const Respond = ({ process: { hostname, processKey, containerId, name, pid } }: { readonly process: StoredProcess }) => (
  <RespondButton
    subject={{ hostname, processKey, ...(typeof containerId === 'string' && { containerId }) }}
    name={`${name} (${pid}) on ${hostname}`}
  />
)

const Head = ({ process: { hostname, exitNs, startedNs, user, containerName, containerId } }: { readonly process: StoredProcess }) => (
  <span className={classes.head}>
    {typeof exitNs === 'number' ? (
      <Badge tip="It has ended.">{`Lived ${timeSpan(exitNs - startedNs)}`}</Badge>
    ) : (
      <Badge tone="good">Runs</Badge>
    )}
    <span>
      on <Text value={hostname} /> as <Text value={user} />
    </span>
    {typeof containerId === 'string' ? (
      <Link to={`/processes${queryText({ container: containerId })}` as string}>
        <Text value={`in ${containerName ?? containerId}`} />
      </Link>
    ) : null}
  </span>
)

const copied = (text: string) => (
  <CopyText text={text}>
    <Text value={text} mono />
  </CopyText>
)

function Facts({ process, states }: { readonly process: StoredProcess; readonly states: readonly ProcessRecord[] }) {
  const { exePath, cmdline, user, uid, ppid, parentKey, startedNs, exitNs, hostname, image, findings, processKey } = process
  return (
    <Panel title="What it is">
      <KeyValue
        entries={[
          { name: 'program', value: copied(exePath) },
          { name: 'command', value: copied(cmdline) },
          { name: 'user', value: <Text value={`${user} (${uid})`} /> },
          {
            name: 'parent',
            value: typeof parentKey === 'string' ? <Link to={processPath(hostname, parentKey) as string}>{ppid}</Link> : ppid,
          },
          ...(typeof image === 'string' ? [{ name: 'image', value: copied(image) }] : []),
          { name: 'started', value: <Time ns={startedNs} as="full" /> },
          ...(typeof exitNs === 'number' ? [{ name: 'ended', value: <Time ns={exitNs} as="full" /> }] : []),
          {
            name: 'findings',
            value:
              findings === 0 ? (
                'none'
              ) : (
                <Link to={`/findings${queryText({ process: processKey, host: [hostname], from: '365d' })}` as string}>{findings}</Link>
              ),
          },
          ...(states.length < 2
            ? []
            : [
                {
                  name: 'ran',
                  value: (
                    <ol className={classes.states}>
                      {states.map((state) => (
                        <li key={state.id}>
                          <Time ns={state.timeNs} as="precise" /> <Text value={`${state.cmdline || state.name} as ${state.user}`} mono />
                        </li>
                      ))}
                    </ol>
                  ),
                },
              ]),
        ]}
      />
    </Panel>
  )
}
