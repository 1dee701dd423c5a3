/** Where things live in the console: one function per kind of thing, so that every link to it is the same. */
import { queryText } from '../api/client.ts'

const part = encodeURIComponent

export const incidentPath = (id: string): string => `/incidents/${part(id)}`

/** The finding beside the list of those around it. */
export const findingPath = (id: string): string => `/findings${queryText({ finding: id })}`

export const processPath = (hostname: string, processKey: string): string => `/processes/${part(hostname)}/${part(processKey)}`

export const rulePath = (name: string): string => `/rules/${part(name)}`

export const sensorPath = (hostname: string): string => `/sensors${queryText({ host: hostname })}`

/** Events of a time, a process or a condition; names as the API has them. */
export const eventsPath = (query: Parameters<typeof queryText>[0]): string => `/events${queryText(query)}`
