const control = /[\u007f-\u009f]/g

/**
 * JSON as it goes to a terminal, too: JSON.stringify escapes the control characters of ASCII, and leaves those above (U+009B begins an
 * escape sequence as ESC [ does). The value is the same.
 */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(control, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
