/** runc itself keeps a state file per container, which names the bundle with the OCI config. */

import type { HostReader } from '../host-reader.ts'
import { at, listAt, textAt } from '../json-value.ts'
import { given } from './containerd.ts'
import { type OciDetails, ociDetails } from './oci-config.ts'
import { readJson, type StateSource } from './state-source.ts'

const ROOT = '/run/runc'
const BUNDLE = 'bundle='

export const runcState: StateSource = {
  runtimes: [''],
  doc: `${ROOT}/ID/state.json, then config.json of the bundle that it names`,
  read: (host, id) => {
    const state = readJson(host, `${ROOT}/${id}/state.json`)
    if (state === undefined || textAt(state.json, 'id') !== id) return undefined
    const labels = listAt(state.json, 'config', 'labels').filter((label) => typeof label === 'string')
    const bundle = labels.find((label) => label.startsWith(BUNDLE))?.slice(BUNDLE.length)
    const created = Date.parse(textAt(state.json, 'created') ?? '')
    return {
      runtime: 'runc',
      ...(bundle === undefined ? {} : bundleDetails(host, bundle)),
      ...(Number.isNaN(created) ? {} : { startTimeNs: created * 1e6 }),
      ...given('name', id),
    }
  },
}

function bundleDetails(host: HostReader, bundle: string): OciDetails | object {
  const config = readJson(host, `${bundle}/config.json`)?.json
  return at(config, 'ociVersion') === undefined ? {} : ociDetails(config)
}
