/** One engine in the place of another, between two events. */
import type { Engine } from '../detect/engine.ts'

export interface SwappableEngine extends Engine {
  /** The next event is judged by these rules. */
  readonly replace: (engine: Engine) => void
}

export function swappableEngine(first: Engine): SwappableEngine {
  let current = first
  return Object.freeze({
    get rules() {
      return current.rules
    },
    get planner() {
      return current.planner
    },
    get wantedTypes() {
      return current.wantedTypes
    },
    evaluate: (event, onMatch) => current.evaluate(event, onMatch),
    wrapped: (wrap) => {
      let of = current
      let twin = of.wrapped(wrap)
      return (event, onMatch) => {
        if (of !== current) {
          of = current
          twin = of.wrapped(wrap)
        }
        return twin(event, onMatch)
      }
    },
    replace: (engine) => {
      current = engine
    },
  } satisfies SwappableEngine)
}
