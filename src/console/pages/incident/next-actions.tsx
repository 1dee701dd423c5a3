import type { UseQueryResult } from '@tanstack/react-query'
import type { Story } from '../../../api/services.ts'
import { Code } from '../../components/code.tsx'
import { Panel } from '../../components/panel.tsx'
import { Text } from '../../components/text.tsx'
import classes from './next-actions.module.css'

/** What to do, in order. Commands are for a shell on that host: nothing runs them from here. */
export function NextActions({ story }: { readonly story: UseQueryResult<Story> }) {
  const actions = story.data?.nextActions ?? []
  return (
    <Panel title="What to do next">
      {story.isSuccess && actions.length === 0 ? <p className={classes.none}>Nothing is proposed for what was found so far.</p> : null}
      <ol className={classes.actions}>
        {actions.map(({ title, detail, command }, index) => (
          <li key={title}>
            <span className={classes.number} aria-hidden>
              {index + 1}
            </span>
            <div className={classes.words}>
              <p className={classes.title}>
                <Text value={title} />
              </p>
              <p className={classes.detail}>
                <Text value={detail} />
              </p>
              {typeof command === 'string' ? <Code label={`Command: ${title}`} text={command} prompt /> : null}
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
