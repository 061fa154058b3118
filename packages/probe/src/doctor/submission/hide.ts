/** Characters of a secret that are one too many: a server can repeat a part of what it was sent. */
const telling = 8

const shown = '…'

/** As it is, as it stands inside JSON (a message of ours quotes so), and as UTF-8 that was read as Latin-1. */
const forms = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret, 'utf8').toString('latin1')
]

/** Capitals to small letters, one for one, so that places stay: some servers repeat a command in capitals. */
const folded = (text: string): string =>
  text.replace(/\p{Lu}/gu, (letter) => {
    const small = letter.toLowerCase()
    return small.length === letter.length ? small : letter
  })

/** Like `split` and `join`, in capitals or not. */
const withoutWord = (text: string, word: string): string => {
  const low = folded(text)
  let out = ''
  let from = 0
  for (let at = low.indexOf(word); at >= 0; at = low.indexOf(word, from)) {
    out += text.slice(from, at) + shown
    from = at + word.length
  }
  return out + text.slice(from)
}

/**
 * Takes secrets out of what a server said: each of them whole, and any eight characters in a row of one, in capitals or not. In linear time,
 * whatever the text is. Rather too much than too little: a password that is a word of the reply takes that word with it.
 */
export const hider = (secrets: readonly string[]): ((text: string) => string) => {
  const whole = [...new Set(secrets.flatMap(forms).map(folded))]
    .filter((secret) => secret !== '')
    .sort((one, other) => other.length - one.length)
  const parts = new Set<string>()
  for (const secret of whole) for (let at = 0; at + telling <= secret.length; at++) parts.add(secret.slice(at, at + telling))
  return (text) => {
    let kept = text
    for (const secret of whole) kept = withoutWord(kept, secret)
    const low = folded(kept)
    let out = ''
    let from = 0
    let hiddenTo = -1
    for (let at = 0; at + telling <= kept.length; at++) {
      if (!parts.has(low.slice(at, at + telling))) continue
      if (at > hiddenTo) out += kept.slice(from, at) + shown
      hiddenTo = at + telling
      from = hiddenTo
    }
    return out + kept.slice(from)
  }
}
