import classes from './code.module.css'
import { CopyButton } from './copy-button.tsx'
import { Text } from './text.tsx'

/** A block to read and to copy: a command, a condition, a part of a file. `label` names it for those who do not see it. */
export function Code({ text, label, prompt = false }: { readonly text: string; readonly label: string; readonly prompt?: boolean }) {
  return (
    <div className={classes.block}>
      {/* Scrolls by itself where a line is long, so it must be within reach of the keyboard. */}
      <section className={classes.scroll} aria-label={label} tabIndex={0}>
        <pre>
          {prompt ? (
            <span className={classes.prompt} aria-hidden>
              ${' '}
            </span>
          ) : null}
          <Text value={text} keepLines />
        </pre>
      </section>
      <CopyButton text={text} what={prompt ? 'Copy command' : 'Copy'} />
    </div>
  )
}
