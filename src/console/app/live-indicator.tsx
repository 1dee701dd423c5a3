import { type LiveState, useLive } from '../api/live.ts'
import classes from './live-indicator.module.css'

const WORDS: Readonly<Record<LiveState, { readonly word: string; readonly tip: string }>> = {
  off: { word: 'Off', tip: 'No live stream is open.' },
  connecting: { word: 'Connecting', tip: 'The live stream is being opened.' },
  live: { word: 'Live', tip: 'What happens appears here by itself.' },
  reconnecting: {
    word: 'Reconnecting',
    tip: 'The server does not answer; what is shown may be old. It is tried again by itself, and detection goes on meanwhile.',
  },
}

/** Whether what is seen is the present. */
export function LiveIndicator() {
  const { state } = useLive()
  const { word, tip } = WORDS[state]
  return (
    <span role="status" className={classes.indicator} data-state={state} data-tip={tip}>
      <span className={classes.light} aria-hidden />
      <span className={classes.word}>{word}</span>
    </span>
  )
}
