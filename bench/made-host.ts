/** What all records of one host have in common: the namespaces of its processes, their cgroup, no login. */
export const MADE_HOST = {
  pidNs: 4_026_531_836,
  mntNs: 4_026_531_841,
  userNs: 4_026_531_837,
  netNs: 4_026_531_840,
  cgroupId: 4321,
  loginuid: 4_294_967_295,
} as const
