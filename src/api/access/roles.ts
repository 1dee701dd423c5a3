/** Who may do what: roles stand in a row, and each may what those before it may. */
import { ROLES, type Role } from '../../store/access-store.ts'

/** Whether `role` may what `least` may. */
export const mayAs = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least)

/** The one that may less. */
export const lesserOf = (a: Role, b: Role): Role => (mayAs(a, b) ? b : a)
