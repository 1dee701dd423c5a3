import { Fragment } from 'react'
import { type Token, tokenize } from '../language/tokens.ts'
import classes from './condition-text.module.css'
import { Text } from './text.tsx'

/** A condition with its words told apart by colour. Whoever reads it aloud hears it as it is. */
export function ConditionText({ text }: { readonly text: string }) {
  const { tokens } = tokenize(text)
  return (
    <code className={classes.condition}>
      {tokens.map((token, index) => (
        <Fragment key={token.start}>
          <Text value={text.slice(tokens[index - 1]?.end ?? 0, token.start)} keepLines />
          <Word token={token} text={text.slice(token.start, token.end)} />
        </Fragment>
      ))}
      <Text value={text.slice(tokens.at(-1)?.end ?? 0)} keepLines />
    </code>
  )
}

const Word = ({ token, text }: { readonly token: Token; readonly text: string }) => (
  <span className={classes[token.kind]}>
    <Text value={text} keepLines />
  </span>
)
