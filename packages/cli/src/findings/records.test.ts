import { expect, test } from 'vitest'
import { splitRecords } from './records.ts'

for (const [fix, parts] of [
  ['Take it out.', [{ text: 'Take it out.' }]],
  [
    'Publish: example.com. TXT "v=spf1 mx -all" and wait.',
    [{ text: 'Publish:' }, { record: 'example.com. TXT "v=spf1 mx -all"' }, { text: 'and wait.' }]
  ],
  [
    'Publish: s._domainkey.example.com. TXT "v=DKIM1; p=a" "b".',
    [{ text: 'Publish:' }, { record: 's._domainkey.example.com. TXT "v=DKIM1; p=a" "b"' }]
  ],
  ['Publish: _25._tcp.mx.example.com. TLSA 3 1 1 0c72ac', [{ text: 'Publish:' }, { record: '_25._tcp.mx.example.com. TLSA 3 1 1 0c72ac' }]],
  [
    'Whoever gave it publishes: 9.2.0.192.in-addr.arpa. PTR mail.example.com. Many refuse.',
    [{ text: 'Whoever gave it publishes:' }, { record: '9.2.0.192.in-addr.arpa. PTR mail.example.com.' }, { text: 'Many refuse.' }]
  ],
  ['Publish: mail.example.com. A 192.0.2.9.', [{ text: 'Publish:' }, { record: 'mail.example.com. A 192.0.2.9' }]],
  [
    'Publish: example.com. MX 10 mail.example.com. Then wait.',
    [{ text: 'Publish:' }, { record: 'example.com. MX 10 mail.example.com.' }, { text: 'Then wait.' }]
  ],
  ['Name a TXT record.', [{ text: 'Name a TXT record.' }]]
] as const)
  test(`the records in: ${fix}`, () => expect(splitRecords(fix)).toEqual(parts))
