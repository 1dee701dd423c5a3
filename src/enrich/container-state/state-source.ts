/** A place where a runtime left what it knows of its containers. No socket, no client: files that are there anyway. */
import type { ContainerInfo } from '../../events/process.ts'
import type { HostReader } from '../host-reader.ts'
import { type Json, parseJson } from '../json-value.ts'

/** What state tells of a container beside its ids. */
export type ContainerDetails = Omit<ContainerInfo, 'id' | 'fullId'>

export interface StateSource {
  /** Empty: any runtime's claim may be looked up here. */
  readonly runtimes: readonly string[]
  readonly doc: string
  /** `id`: a safe file name. Undefined when this place does not know the container. Never throws on what it reads. */
  readonly read: (host: HostReader, id: string) => ContainerDetails | undefined
}

/** An OCI config has some ten kilobytes. */
const MAX_BYTES = 1 << 20

export interface JsonFile {
  readonly json: Json
  readonly mtimeNs: number
}

export function readJson(host: HostReader, path: string, maxBytes: number = MAX_BYTES): JsonFile | undefined {
  const file = host.file(path, maxBytes)
  const json = file === undefined ? undefined : parseJson(file.text)
  return file === undefined || json === undefined ? undefined : { json, mtimeNs: file.mtimeNs }
}
