/** Addresses of the pages, below the base that the site was built for. */
export const base: string = import.meta.env.BASE_URL

/** A code's address: in small letters, since host file systems differ in whether case matters. */
export const codePath = (code: string): string => `${base}codes/${slugOf(code)}/`

export const slugOf = (code: string): string =>
  code
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '_')
    .replace(/^\.+/, '')

/** `connection-failed/refused` leads to the detail on its cause's page. */
export const causePath = (cause: string, detail?: string): string => `${base}causes/${cause}/${detail === undefined ? '' : `#${detail}`}`

export const providerPath = (id: string): string => `${base}providers/${id}/`

export const toolPath = (id: string): string => `${base}see-more/#${id}`
