/**
 * What a hostile text may show: control characters become visible pictures (␛), and characters that turn or hide text
 * (direction overrides, zero width) their number, so that nobody reads another text than the one that was matched.
 */
export const printable = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (letter) =>
      String.fromCharCode(letter === '\u007f' ? 0x2421 : 0x2400 + letter.charCodeAt(0))
    )
    .replace(
      /[\u0080-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
      (letter) => `⟨${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`
    )
