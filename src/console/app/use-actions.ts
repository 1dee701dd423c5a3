/** Which actions there are now: those of every page, and those that the open page brings. Their shortcuts work while they are there. */
import { useEffect, useMemo } from 'react'
import { type Action, type ActionContext, type BoundAction, bindAction } from '../actions/action.ts'
import { GLOBAL_ACTIONS } from '../actions.ts'
import { mayAs } from '../api/session.ts'
import { PAGES } from '../pages.ts'
import { type Binding, useBindings } from './keyboard.ts'
import { useActionContext } from './session-context.ts'
import { createSharedValue } from './shared-value.ts'
import { toastError } from './toasts.ts'

const ofPage = createSharedValue<readonly BoundAction[]>([])

/** Runs it; what goes wrong is told. */
export function runAction(action: BoundAction, context: ActionContext): void {
  Promise.resolve()
    .then(() => action.run(context))
    .catch(toastError)
}

/**
 * The actions about `subject` that apply to it and that the person here may do, with their shortcuts and their place in the palette.
 * `actions` is a constant list; nothing applies while the subject is undefined (not loaded yet).
 */
export function usePageActions<Subject>(actions: readonly Action<Subject>[], subject: Subject | undefined): readonly BoundAction[] {
  const context = useActionContext()
  const bound = useMemo(() => {
    if (subject === undefined) return []
    return actions
      .filter((action) => mayAs(context.session.role, action.permission))
      .map((action) => bindAction(action, subject, context))
      .filter((action) => action !== undefined)
  }, [actions, subject, context])
  useEffect(() => {
    ofPage.set(bound)
    return () => ofPage.set([])
  }, [bound])
  useBindings(useMemo(() => bindingsOf(bound, context), [bound, context]))
  return bound
}

/** Everything that can be done here, for the palette and the list of shortcuts. */
export function useAllActions(): readonly BoundAction[] {
  const context = useActionContext()
  const page = ofPage.use()
  return useMemo(() => [...page, ...globalActions(context)], [page, context])
}

/** Shortcuts of what is there on every page; once, in the shell. */
export function useGlobalBindings(): void {
  const context = useActionContext()
  useBindings(useMemo(() => bindingsOf(globalActions(context), context), [context]))
}

function globalActions(context: ActionContext): readonly BoundAction[] {
  const goings = PAGES.flatMap(({ path, title, permission, navigation }): BoundAction[] =>
    navigation === undefined
      ? []
      : [
          {
            id: `go.${path}`,
            name: title,
            group: 'Go to',
            icon: navigation.icon,
            shortcut: `g ${navigation.key}`,
            permission,
            run: ({ goTo }) => goTo(path),
          },
        ],
  )
  const others = GLOBAL_ACTIONS.map((action) => bindAction(action, undefined, context)).filter((action) => action !== undefined)
  return [...goings, ...others].filter(({ permission }) => mayAs(context.session.role, permission))
}

const bindingsOf = (actions: readonly BoundAction[], context: ActionContext): readonly Binding[] =>
  actions.flatMap((action) => (action.shortcut === undefined ? [] : [{ keys: action.shortcut, run: () => runAction(action, context) }]))
