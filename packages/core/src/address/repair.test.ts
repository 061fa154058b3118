import { expect, test } from 'vitest'
import { checkAddress } from './check-address.ts'

test.each([
  ['anna@gmail.com,', 'anna@gmail.com', 'trailing-punctuation'],
  ['anna@gmail.com;', 'anna@gmail.com', 'trailing-punctuation'],
  ['anna@gmail.com>', 'anna@gmail.com', 'trailing-punctuation'],
  ['anna@gmail.com.', 'anna@gmail.com', 'trailing-dot'],
  ['.anna@gmail.com', 'anna@gmail.com', 'leading-dot'],
  ['anna.@gmail.com', 'anna@gmail.com', 'trailing-dot'],
  ['anna@.gmail.com', 'anna@gmail.com', 'leading-dot'],
  ['an..na@gmail.com', 'an.na@gmail.com', 'doubled-dot'],
  ['anna@gmail..com', 'anna@gmail.com', 'doubled-dot'],
  [',anna@gmail.com', 'anna@gmail.com', 'leading-punctuation'],
  ['(anna@gmail.com)', 'anna@gmail.com', 'leading-punctuation'],
  ['<anna@gmail.com>;', 'anna@gmail.com', 'leading-punctuation'],
  ['"anna@gmail.com",', 'anna@gmail.com', 'quotes-around'],
  ["'anna@gmail.com'", 'anna@gmail.com', 'quotes-around'],
  ['“anna@gmail.com”', 'anna@gmail.com', 'quotes-around'],
  ['anna@@gmail.com', 'anna@gmail.com', 'repeated-at'],
  ['anna@gmail,com', 'anna@gmail.com', 'comma-for-dot'],
  ['anna@yahoo.co,uk', 'anna@yahoo.co.uk', 'comma-for-dot'],
  ['anna@gm ail.com', 'anna@gmail.com', 'space'],
  ['anna@gm\u00a0ail.com', 'anna@gmail.com', 'unusual-space'],
  ['\u00a0anna@gmail.com', 'anna@gmail.com', 'unusual-space'],
  ['anna@gmail.com\u200b', 'anna@gmail.com', 'invisible-character'],
  ['an\u00adna@gmail.com', 'anna@gmail.com', 'invisible-character'],
  ['anna@gm\u200bail.com', 'anna@gmail.com', 'invisible-character'],
  ['\ufeffanna@gmail.com', 'anna@gmail.com', 'invisible-character'],
  ['anna@gmail.com\r\n', 'anna@gmail.com', 'line-break'],
  ['an\x08na@gmail.com', 'anna@gmail.com', 'control-character'],
  ['anna@gmail.com\0', 'anna@gmail.com', 'control-character'],
  ['anna＠gmail.com', 'anna@gmail.com', 'confusable-character'],
  ['anna＠gmail。com', 'anna@gmail.com', 'confusable-character'],
  ['o’neil@gmail.com', "o'neil@gmail.com", 'confusable-character'],
  ['anna\\_b@gmail.com', 'anna_b@gmail.com', 'backslash'],
  ['mailto:anna@gmail.com', 'anna@gmail.com', 'scheme-prefix'],
  ['mailto:anna@gmail.com?subject=a@b', 'anna@gmail.com', 'scheme-prefix'],
  ['SMTP:anna@gmail.com', 'anna@gmail.com', 'scheme-prefix'],
  ['anna(at)gmail.com', 'anna@gmail.com', 'written-out'],
  ['anna at gmail.com', 'anna@gmail.com', 'written-out'],
  ['anna [at] gmail [dot] com', 'anna@gmail.com', 'written-out'],
  ['anna%40gmail.com', 'anna@gmail.com', 'written-out'],
  ['Brown, Anna <anna@gmail.com>', 'anna@gmail.com', 'display-name-unquoted'],
  ['anna@gmail.com <Anna@gmail.com>', 'Anna@gmail.com', 'display-name-unquoted'],
  // Manuals write with names that are reserved; the mistake is the same.
  ['anna@@example.com', 'anna@example.com', 'repeated-at']
])('%j is mended to %s', (address, repair, code) => {
  expect(checkAddress(address)).toMatchObject({ repair, code })
})

test.each([
  ['anna b@gmail.com', 'anna.b, anna_b, annab, or the name of b@'],
  ['anna@gmail.com berta', 'a second thing, not a part of the domain'],
  ['anna@gmail.com,berta', 'as above'],
  ['anna@gmail.com, berta@gmail.com', 'two addresses'],
  ['anna@berta@gmail.com', 'whose?'],
  ['anna@gmail.com <berta@gmail.com>', 'a name that is another address'],
  ['an..na@docomo.ne.jp', 'lives: this carrier gave out such mailboxes'],
  ['anna.@ezweb.ne.jp', 'as above'],
  ['j\ufffdrg@gmail.com', 'the letter is lost'],
  ['anna@gmail.com\r\nBcc: berta@gmail.com', 'an attack'],
  ['anna\0@gmail.com', 'read in the wrong encoding, or an attack'],
  ['anna', 'nothing to go by'],
  ['anna@localhost,', 'no domain of the Internet'],
  ['@@@', 'nothing left']
])('%j is not mended: %s', (address) => {
  expect(checkAddress(address)).toMatchObject({ level: 'invalid' })
  expect(checkAddress(address)).not.toHaveProperty('repair')
})
