/**
 * What a made-up log tells of those who receive mail: their share, their names, and with which words and how often they refuse. The texts are
 * those that the providers were seen to send; shares and weights are ours, not measured.
 */
export type Refusal = {
  /** How often, beside the others of the same receiver. */
  readonly weight: number
  /** Enhanced status code. */
  readonly status: string
  readonly outcome: 'deferred' | 'bounced'
  /** With `{host}`, `{ip}` … for what differs: see postfix-log-text.ts. */
  readonly text: string
}

export type Receiver = {
  readonly name: string
  readonly share: number
  /** Of first attempts, how many fail. */
  readonly failing: number
  readonly domains: readonly string[]
  /** As Postfix writes a relay; empty: the recipient's domain has an MX of its own. */
  readonly hosts: readonly string[]
  readonly acceptance: { readonly status: string; readonly text: string }
  readonly refusals: readonly Refusal[]
}

export const receivers: readonly Receiver[] = [
  {
    name: 'gmail',
    share: 34,
    failing: 0.12,
    domains: ['gmail.com', 'googlemail.com', 'acme-labs.example', 'northwind.example', 'contoso-shop.example'],
    hosts: [
      'gmail-smtp-in.l.google.com[192.0.2.101]:25',
      'alt1.gmail-smtp-in.l.google.com[192.0.2.102]:25',
      'aspmx.l.google.com[192.0.2.103]:25'
    ],
    acceptance: { status: '2.0.0', text: '250 2.0.0 OK  {seconds} {token} - gsmtp' },
    refusals: [
      {
        weight: 30,
        status: '4.7.28',
        outcome: 'deferred',
        text: 'host {host} said: 421-4.7.28 [{ip}      15] Our system has detected an unusual rate of 421-4.7.28 unsolicited mail originating from your IP address. To protect our 421-4.7.28 users from spam, mail sent from your IP address has been temporarily 421-4.7.28 rate limited. Please visit 421-4.7.28  https://support.google.com/mail/?p=UnsolicitedRateLimitError to 421 4.7.28 review our Bulk Email Senders Guidelines. {token} - gsmtp (in reply to end of DATA command)'
      },
      {
        weight: 22,
        status: '5.1.1',
        outcome: 'bounced',
        text: "host {host} said: 550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or 550-5.1.1 unnecessary spaces. For more information, go to 550 5.1.1  https://support.google.com/mail/?p=NoSuchUser {token} - gsmtp (in reply to RCPT TO command)"
      },
      {
        weight: 12,
        status: '5.7.26',
        outcome: 'bounced',
        text: 'host {host} said: 550-5.7.26 This mail has been blocked because the sender is unauthenticated. 550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM. 550-5.7.26  Authentication results: 550-5.7.26  DKIM = did not pass 550-5.7.26  SPF [{sender}] with ip: [{ip}] = did not pass 550 5.7.26  https://support.google.com/mail/answer/81126#authentication {token} - gsmtp (in reply to end of DATA command)'
      },
      {
        weight: 14,
        status: '4.2.2',
        outcome: 'deferred',
        text: "host {host} said: 452-4.2.2 The recipient's inbox is out of storage space. Please direct the 452-4.2.2 recipient to 452 4.2.2  https://support.google.com/mail/?p=OverQuotaTemp {token} - gsmtp (in reply to RCPT TO command)"
      },
      {
        weight: 8,
        status: '5.7.1',
        outcome: 'bounced',
        text: 'host {host} said: 550-5.7.1 [{ip}      19] Gmail has detected that this message is likely 550-5.7.1 suspicious due to the very low reputation of the sending domain. To 550-5.7.1 best protect our users from spam, the message has been blocked. For 550-5.7.1 more information, go to 550 5.7.1  https://support.google.com/mail/answer/188131 {token} - gsmtp (in reply to end of DATA command)'
      },
      {
        weight: 4,
        status: '5.2.1',
        outcome: 'bounced',
        text: 'host {host} said: 550-5.2.1 The email account that you tried to reach is inactive. For more 550-5.2.1 information, go to 550 5.2.1  https://support.google.com/mail/?p=DisabledUser {token} - gsmtp (in reply to RCPT TO command)'
      }
    ]
  },
  {
    name: 'microsoft',
    share: 24,
    failing: 0.14,
    domains: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com', 'fabrikam.example', 'tailspin.example'],
    hosts: [
      'outlook-com.olc.protection.outlook.com[192.0.2.104]:25',
      'hotmail-com.olc.protection.outlook.com[192.0.2.105]:25',
      'fabrikam-example.mail.protection.outlook.com[192.0.2.106]:25'
    ],
    acceptance: {
      status: '2.6.0',
      text: '250 2.6.0 <{hex}@{sender}> [InternalId={number}, Hostname=AM9P{digit}{digit}MB0{digit}.eurprd04.prod.outlook.com] 27110 bytes in 0.169, 15{digit}.{digit}{digit}{digit} KB/sec Queued mail for delivery -> 250 2.1.5'
    },
    refusals: [
      {
        weight: 24,
        status: '5.7.1',
        outcome: 'bounced',
        text: "host {host} said: 550 5.7.1 Unfortunately, messages from [{ip}] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140). You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors. [Name=Protocol Filter Agent][AGT=PFA][MxId=11B{hex}] [AM{digit}EUR03FT0{digit}.eop-EUR03.prod.protection.outlook.com 2026-02-{day}T12:31:09.{digit}{digit}{digit}Z 08DE{hex}] (in reply to MAIL FROM command)"
      },
      {
        weight: 30,
        status: '5.5.0',
        outcome: 'bounced',
        text: 'host {host} said: 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [AM{digit}EUR05FT0{digit}.eop-eur05.prod.protection.outlook.com 2026-02-{day}T10:11:12.123Z 08DE{hex}] (in reply to RCPT TO command)'
      },
      {
        weight: 18,
        status: '4.7.650',
        outcome: 'deferred',
        text: 'host {host} said: 451 4.7.650 The mail server [{ip}] has been temporarily rate limited due to IP reputation. For e-mail delivery information, see https://postmaster.live.com (S775) [DB{digit}EUR04FT0{digit}.eop-eur04.prod.protection.outlook.com 2026-02-{day}T10:11:12.123Z 08DE{hex}] (in reply to MAIL FROM command)'
      },
      {
        weight: 10,
        status: '5.4.1',
        outcome: 'bounced',
        text: 'host {host} said: 550 5.4.1 Recipient address rejected: Access denied. For more information see https://aka.ms/EXOSmtpErrors [DU{digit}PEPF0000{digit}.eurprd0{digit}.prod.outlook.com 2026-02-{day}T10:11:12.123Z 08DE{hex}] (in reply to RCPT TO command)'
      },
      {
        weight: 8,
        status: '5.7.515',
        outcome: 'bounced',
        text: "host {host} said: 550 5.7.515 Access denied, sending domain {sender} does not meet the required authentication level. The sender's domain in the 5322.From address does not meet the authentication requirements defined for the sender. To learn how to fix this see: https://go.microsoft.com/fwlink/p/?linkid=2319303 Spf= Fail , Dkim= Pass , DMARC= Fail [AM{digit}EUR03FT0{digit}.eop-EUR03.prod.protection.outlook.com] (in reply to end of DATA command)"
      },
      { weight: 6, status: '5.2.2', outcome: 'bounced', text: 'host {host} said: 552 5.2.2 Mailbox full (in reply to RCPT TO command)' }
    ]
  },
  {
    name: 'yahoo',
    share: 10,
    failing: 0.16,
    domains: ['yahoo.com', 'aol.com', 'ymail.com'],
    hosts: ['mta5.am0.yahoodns.net[192.0.2.107]:25', 'mta7.am0.yahoodns.net[192.0.2.108]:25'],
    acceptance: { status: '2.0.0', text: '250 2.0.0 Ok: queued as {hex}' },
    refusals: [
      {
        weight: 30,
        status: '4.7.0',
        outcome: 'deferred',
        text: 'host {host} refused to talk to me: 421 4.7.0 [TSS04] Messages from {ip} temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes'
      },
      {
        weight: 26,
        status: '5.0.0',
        outcome: 'bounced',
        text: "host {host} said: 554 delivery error: dd This user doesn't have a yahoo.com account ({recipient}) [0] - mta4{digit}.mail.bf1.yahoo.com (in reply to end of DATA command)"
      },
      {
        weight: 12,
        status: '5.7.9',
        outcome: 'bounced',
        text: 'host {host} said: 554 5.7.9 Message not accepted for policy reasons.  See https://postmaster.yahooinc.com/error-codes (in reply to end of DATA command)'
      },
      {
        weight: 16,
        status: '5.0.0',
        outcome: 'bounced',
        text: 'host {host} said: 552 1 Requested mail action aborted, mailbox not found (in reply to end of DATA command)'
      }
    ]
  },
  {
    name: 'apple',
    share: 4,
    failing: 0.08,
    domains: ['icloud.com', 'me.com'],
    hosts: ['mx01.mail.icloud.com[192.0.2.109]:25', 'mx02.mail.icloud.com[192.0.2.110]:25'],
    acceptance: { status: '2.0.0', text: '250 2.0.0 Ok: queued as {hex}' },
    refusals: [
      {
        weight: 20,
        status: '5.7.1',
        outcome: 'bounced',
        text: 'host {host} said: 550 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137 (in reply to end of DATA command)'
      },
      {
        weight: 20,
        status: '5.1.1',
        outcome: 'bounced',
        text: 'host {host} said: 550 5.1.1 <{recipient}>: user does not exist (in reply to RCPT TO command)'
      },
      {
        weight: 10,
        status: '5.2.2',
        outcome: 'bounced',
        text: 'host {host} said: 552 5.2.2 <{recipient}>: user is over quota (in reply to RCPT TO command)'
      }
    ]
  },
  {
    name: 'gmx',
    share: 5,
    failing: 0.08,
    domains: ['gmx.de', 'web.de', 'gmx.net'],
    hosts: ['mx00.emig.gmx.net[192.0.2.111]:25', 'mx-ha02.web.de[192.0.2.112]:25'],
    acceptance: { status: '2.0.0', text: '250 2.0.0 Ok: queued as {hex}' },
    refusals: [
      {
        weight: 10,
        status: '4.0.0',
        outcome: 'deferred',
        text: 'host {host} refused to talk to me: 421-gmx.net (mxgmx{digit}) Nemesis ESMTP Service not available 421-Service closing transmission channel 421 For explanation visit https://postmaster.gmx.net/en/case?c=r0601&i=ip&v={ip}&r=1N'
      },
      {
        weight: 10,
        status: '5.0.0',
        outcome: 'bounced',
        text: 'host {host} said: 550-Requested action not taken: mailbox unavailable 550 For explanation visit https://postmaster.gmx.net/en/error-messages?ip={ip}&c=bmd (in reply to RCPT TO command)'
      }
    ]
  },
  {
    name: 'mimecast',
    share: 3,
    failing: 0.08,
    domains: ['bigbank.example', 'lawfirm.example'],
    hosts: ['eu-smtp-inbound-1.mimecast.com[192.0.2.113]:25'],
    acceptance: { status: '2.0.0', text: '250 2.0.0 Ok: queued as {hex}' },
    refusals: [
      {
        weight: 10,
        status: '5.0.0',
        outcome: 'bounced',
        text: 'host {host} said: 550 Rejected by header based manually Blocked Senders: {sender} - https://community.mimecast.com/docs/DOC-1369#550 [{hex}.uk{digit}] (in reply to end of DATA command)'
      },
      {
        weight: 12,
        status: '4.0.0',
        outcome: 'deferred',
        text: 'host {host} said: 451 Internal resources are temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451 [{hex}.uk{digit}] (in reply to RCPT TO command)'
      }
    ]
  },
  {
    name: 'generic',
    share: 20,
    failing: 0.3,
    domains: ['example.net', 'hosting-a.example', 'uni.example', 'gov.example', 'old-domain.example', 'bücher.example'],
    hosts: ['mx.hosting-a.example[203.0.113.14]:25', 'mail.uni.example[203.0.113.77]:25', 'mx1.gov.example[2001:db8:40::25]:25', ''],
    acceptance: { status: '2.0.0', text: '250 2.0.0 Ok: queued as {hex}' },
    refusals: [
      { weight: 16, status: '4.4.1', outcome: 'deferred', text: 'connect to {host}: Connection timed out' },
      { weight: 8, status: '4.4.1', outcome: 'deferred', text: 'connect to {host}: Connection refused' },
      {
        weight: 10,
        status: '5.4.4',
        outcome: 'bounced',
        text: 'Host or domain name not found. Name service error for name={domain} type=AAAA: Host not found'
      },
      {
        weight: 6,
        status: '4.4.3',
        outcome: 'deferred',
        text: 'Host or domain name not found. Name service error for name={domain} type=MX: Host not found, try again'
      },
      {
        weight: 14,
        status: '5.7.1',
        outcome: 'bounced',
        text: 'host {host} said: 554 5.7.1 Service unavailable; Client host [{ip}] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/{ip} (in reply to RCPT TO command)'
      },
      {
        weight: 16,
        status: '4.2.0',
        outcome: 'deferred',
        text: 'host {host} said: 450 4.2.0 <{recipient}>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/{domain}.html (in reply to RCPT TO command)'
      },
      {
        weight: 14,
        status: '5.1.1',
        outcome: 'bounced',
        text: 'host {host} said: 550 5.1.1 <{recipient}>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command)'
      },
      { weight: 5, status: '4.4.2', outcome: 'deferred', text: 'lost connection with {host} while receiving the initial server greeting' },
      {
        weight: 4,
        status: '4.4.2',
        outcome: 'deferred',
        text: 'conversation with {host} timed out while sending end of data -- message may be sent more than once'
      },
      { weight: 4, status: '4.7.5', outcome: 'deferred', text: 'Server certificate not trusted' },
      { weight: 3, status: '5.4.6', outcome: 'bounced', text: 'mail for {domain} loops back to myself' },
      { weight: 3, status: '5.3.4', outcome: 'bounced', text: 'message size 31457280 exceeds size limit 26214400 of server {host}' },
      {
        weight: 4,
        status: '5.7.1',
        outcome: 'bounced',
        text: 'host {host} said: 550 5.7.1 Сообщение отклонено: SPAM (in reply to end of DATA command)'
      }
    ]
  }
]
