import type { UseQueryResult } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import type { Story } from '../../../api/services.ts'
import type { StorySentence } from '../../../findings/incident.ts'
import { Button } from '../../components/button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Panel } from '../../components/panel.tsx'
import { PRIORITY_TONE } from '../../components/severity.tsx'
import { TechniqueChip } from '../../components/technique-chip.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import classes from './story-panel.module.css'

export interface StoryPanelProps {
  readonly story: UseQueryResult<Story>
  /** Id of the finding whose detail is open. */
  readonly openFinding: string | undefined
  readonly onOpenFinding: (id: string) => void
}

/** Longer ones begin with their first and last sentences. */
const SHOWN = 8

/** What happened, in plain sentences; each leads to its finding and why that fired. */
export function StoryPanel({ story, openFinding, onOpenFinding }: StoryPanelProps) {
  const [showsAll, setShowsAll] = useState(false)
  const sentences = story.data?.sentences ?? []
  const left = showsAll || sentences.length <= SHOWN + 1 ? 0 : sentences.length - SHOWN
  const begin = left === 0 ? sentences : sentences.slice(0, SHOWN - 3)
  const end = left === 0 ? [] : sentences.slice(-3)
  const sentence = (one: StorySentence) => (
    <Sentence key={one.findingId} sentence={one} isOpen={one.findingId === openFinding} onOpen={() => onOpenFinding(one.findingId)} />
  )
  return (
    <Panel title="What happened">
      {story.isError ? <ErrorState error={story.error} onRetry={story.refetch} /> : null}
      {story.data === undefined ? null : (
        <>
          <p className={classes.summary}>
            <Text value={story.data.summary} />
          </p>
          <ol className={classes.sentences}>
            {begin.map(sentence)}
            {left === 0 ? null : (
              <li className={classes.rest}>
                <Button small look="quiet" onClick={() => setShowsAll(true)}>{`Show ${left} sentences between`}</Button>
              </li>
            )}
            {end.map(sentence)}
          </ol>
        </>
      )}
    </Panel>
  )
}

interface SentenceProps {
  readonly sentence: StorySentence
  readonly isOpen: boolean
  readonly onOpen: () => void
}

function Sentence({ sentence, isOpen, onOpen }: SentenceProps) {
  return (
    <li className={classes.sentence} data-tone={PRIORITY_TONE[sentence.priority]} data-open={isOpen}>
      <span className={classes.time}>
        <Time ns={sentence.timeNs} inRow />
      </span>
      <p className={classes.words}>
        <Text value={sentence.text} />{' '}
        {sentence.techniques.map((id) => (
          <Fragment key={id}>
            <TechniqueChip id={id} />{' '}
          </Fragment>
        ))}
        <button type="button" className={classes.why} onClick={onOpen}>
          Why it fired
        </button>
      </p>
    </li>
  )
}
