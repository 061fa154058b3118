import type { ZoneEntry } from '../dns/dns-zone.ts'

/** What DNS says of the domains in customers.csv, so that no test asks the real one. */
export const customersZone: Readonly<Record<string, ZoneEntry>> = {
  'gmail.com MX': ['5 gmail-smtp-in.l.google.com'],
  'gmail-smtp-in.l.google.com A': ['20.0.0.1'],
  'gmial.com MX': ['10 mx.gmial.com'],
  'mx.gmial.com A': ['20.0.0.2'],
  'northwind-bikes.com MX': ['10 mail.northwind-bikes.com'],
  'mail.northwind-bikes.com A': ['20.0.0.3'],
  'no-mail-here.com MX': ['0 .'],
  'mailinator.com MX': ['10 mail.mailinator.com'],
  'mail.mailinator.com A': ['20.0.0.4'],
  'slow-dns.com MX': 'servfail',
  'xn--blbr-bageri-y8ao.dk MX': ['10 mail.northwind-bikes.com'],
  'yahoo.com MX': ['1 mta5.am0.yahoodns.net'],
  'mta5.am0.yahoodns.net A': ['20.0.0.5'],
  'outlook.com MX': ['5 outlook-com.olc.protection.outlook.com'],
  'outlook-com.olc.protection.outlook.com A': ['20.0.0.6']
}
