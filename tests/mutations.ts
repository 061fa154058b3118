/** Damage as storage, gateways and attackers do it to messages: seeded, so that a failure can be repeated. */
export type Random = () => number

/** Mulberry32. */
export const seeded = (seed: number): Random => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const tokens = [
  '__proto__',
  'constructor',
  '__proto__*0=',
  '&constructor;',
  '\n\n',
  '\r\n',
  '\r',
  '\0',
  '\x1b[31m',
  '\x1b]8;;http://example.com\x07',
  '--',
  '\n--x\n',
  '\n--x--\n',
  '@',
  '<',
  '>',
  '<@>',
  'a@b',
  '"@',
  '=?utf-8?B?',
  '?=',
  '=?x?q?=',
  '=',
  '=3D',
  '==\n',
  'Content-Type: multipart/mixed; boundary=x\n',
  'Content-Type: multipart/report; boundary="',
  'Content-Type: message/rfc822\n\n',
  'Content-Type: message/delivery-status\n\n',
  'Final-Recipient: rfc822; ',
  'Action: failed\n',
  'Status: 5.1.1\n',
  'Diagnostic-Code: smtp; 550 ',
  'Feedback-Type: abuse\n',
  'X-Failed-Recipients: ',
  'Received: ',
  'From ',
  '>From ',
  '550 5.1.1 ',
  '<<< 550 ',
  '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[',
  '\u00e9',
  '\xff\xfe',
  '\xfe\xff',
  '\x1b$B',
  ' '.repeat(300),
  'x'.repeat(2_000),
  '(',
  ')'.repeat(50),
  '&#x1b;',
  '<!--',
  '<style',
  '</',
  'Content-Transfer-Encoding: base64\n',
  'Content-Transfer-Encoding: quoted-printable\n',
  'charset=utf-16',
  "name*0*=utf-8''%"
]

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

/** One message out of one or two others, with up to a dozen wounds. */
export const mutate = (random: Random, seeds: readonly Uint8Array[]): Uint8Array => {
  let text = Buffer.from(pick(random, seeds)).toString('latin1')
  const wounds = 1 + Math.floor(random() * 12)
  for (let wound = 0; wound < wounds; wound++) {
    const at = Math.floor(random() * (text.length + 1))
    const to = Math.min(text.length, at + Math.floor(random() ** 3 * text.length))
    const kind = random()
    if (kind < 0.3) text = text.slice(0, at) + pick(random, tokens) + text.slice(at)
    else if (kind < 0.45) text = text.slice(0, at) + text.slice(to)
    else if (kind < 0.55) text = text.slice(0, to) + text.slice(at)
    else if (kind < 0.7) text = text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1)
    else if (kind < 0.8) text = text.slice(0, at)
    else if (kind < 0.9) {
      const other = Buffer.from(pick(random, seeds)).toString('latin1')
      text = text.slice(0, at) + other.slice(Math.floor(random() * other.length))
    } else text = text.slice(0, at) + pick(random, tokens).repeat(1 + Math.floor(random() * 400)) + text.slice(at)
  }
  return Buffer.from(text.slice(0, 1_000_000), 'latin1')
}
