/** Local parts, quoted or not, also where the at sign is percent-encoded as in links. The domain stays: it tells the provider. */
const localPart = /(?:"[^"]{0,64}"|[^\s<>()[\]:;,"']+)(?=@|%40)/gi

/** Cut only after the local parts are gone: a cut right before an at sign would leave the person's name. */
const longestAddress = 320

/** A short text without the people in it, for stores that keep no addresses. `maxLength` in UTF-16 code units bounds the work too. */
export const withoutAddresses = (text: string, maxLength: number): string =>
  text
    .slice(0, maxLength + longestAddress)
    .replace(localPart, '…')
    .slice(0, maxLength)
