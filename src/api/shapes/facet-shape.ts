/** Counted values as JSON. */
import Type from 'typebox'
import type { FacetValue } from '../../store/page.ts'
import { count, nounShape, plainValue } from './shape.ts'

export const facetShape = nounShape<FacetValue>()('FacetValue', 'How often a value occurs.', { value: plainValue(), count: count() })

/** Values per facet. */
export const limitQuery = Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: 'Values of each, at most. Default: 20.' }))
