/** Tests on UTF-16 code units, for the loops that read every character. */
export const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39

/** ASCII white space and the two wide spaces that replies carry. */
export const isSpaceUnit = (unit: number): boolean => unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || unit === 0xa0 || unit === 0x3000
