/**
 * Enhanced status codes (RFC 3463) as one number, `class * 1000000 + subject * 1000 + detail`, so that comparing them
 * in the hot path makes no strings. 0 stands for none.
 */
export const statusNumber = (status: string): number => {
  const parts = /^([245x])\.(\d{1,3})\.(\d{1,3})$/i.exec(status)
  if (parts === null) return 0
  const digit = parts[1] === 'x' || parts[1] === 'X' ? 0 : Number(parts[1])
  return digit * 1_000_000 + Number(parts[2]) * 1_000 + Number(parts[3])
}

export const formatStatus = (status: number): string =>
  `${Math.floor(status / 1_000_000) || 'x'}.${Math.floor(status / 1_000) % 1_000}.${status % 1_000}`

/** Subject and detail without the class: what `x.7.26` is compared by. */
export const withoutClass = (status: number): number => status % 1_000_000
