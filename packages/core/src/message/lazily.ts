/** Made when it is first asked for: a report that names its reason in its fields needs nobody to read the rest. */
export const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
