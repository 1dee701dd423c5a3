/** The animal that sees in the dark. */
export function Logo({ size = 24 }: { readonly size?: number }) {
  return <img src="/favicon.svg" width={size} height={size} alt="" />
}
