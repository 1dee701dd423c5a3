import { CircleCheck, TriangleAlert, X } from 'lucide-react'
import { IconButton } from '../components/icon-button.tsx'
import { Text } from '../components/text.tsx'
import { dismissToast, useToasts } from './toasts.ts'
import classes from './toasts-view.module.css'

/** Where toasts appear; read aloud as they come. Mounted once. */
export function Toasts() {
  return (
    <section aria-live="polite" aria-label="Messages" className={classes.toasts}>
      {useToasts().map(({ id, tone, text, detail }) => (
        <div key={id} className={classes.toast} data-tone={tone}>
          {tone === 'good' ? <CircleCheck size={15} aria-hidden /> : <TriangleAlert size={15} aria-hidden />}
          <div className={classes.words}>
            <Text value={text} />
            {detail === undefined ? null : (
              <p>
                <Text value={detail} />
              </p>
            )}
          </div>
          {tone === 'good' ? null : <IconButton icon={X} label="Dismiss" small onClick={() => dismissToast(id)} />}
        </div>
      ))}
    </section>
  )
}
