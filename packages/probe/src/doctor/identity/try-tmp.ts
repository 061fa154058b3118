import { authenticate } from './dkim-mailauth.ts'
import { resolverFor } from './dkim-verify.ts'
const q = async (name: string, type: any) => ({ name, type, status: 'nxdomain', records: [], aliases: [], ttl: 0, authenticated: false, fromCache: false }) as any
const run = async (label: string, m: string) => { const t = performance.now(); try { await authenticate(Buffer.from(m), { resolver: resolverFor(q), mta: 'x.invalid', disableBimi: true }) } catch (e) { console.log('threw', String(e).slice(0, 80)) } const d = performance.now() - t; if (d > 2500) console.log(label, m.length, Math.round(d), 'ms') }
const n = 250000
const units = ['a', ' a', '(', ')', '()', '((a)', ';', '=', 'a=', '; a=', ';a=b', '"', '\\', '\\"', '<', '>', '@', 'a@', ',', ':', '.', 'a.', '=?', '=?utf-8?q?a?= ', '[', ']', '\t', '\r\n a', '\r\n \r\n', 'é', '=3D', '%41', '[1', ';\r\n a=b', 'by a ', 'from b ', ' with c', ';; ', '{', '*', '\u0000']
const hosts: Record<string, (x: string) => string> = {
  from: (x) => `From: ${x}\r\n`, from2: (x) => `From: a@b.c ${x}\r\n`, received: (x) => `Received: from a ${x} by b; Mon\r\n`, ar: (x) => `ARC-Authentication-Results: i=1; a.b; dkim=pass ${x}\r\nARC-Seal: i=1; a=rsa-sha256; cv=none; d=a.b; s=s; b=AAAA\r\nARC-Message-Signature: i=1; a=rsa-sha256; d=a.b; s=s; h=from; bh=AAAA; b=AAAA\r\n`,
  dkim: (x) => `DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s; bh=AAAA; h=from; x${x}; b=AAAA\r\n`, d: (x) => `DKIM-Signature: v=1; a=rsa-sha256; d=${x}; s=s; bh=AAAA; h=from; b=AAAA\r\n`, h: (x) => `DKIM-Signature: v=1; a=rsa-sha256; d=a.b; s=s; bh=AAAA; h=from${x}; b=AAAA\r\n`, b: (x) => `DKIM-Signature: v=1; a=rsa-sha256; d=a.b; s=s; bh=AAAA; h=from; b=AA${x}\r\n`, rp: (x) => `Return-Path: <${x}>\r\n`, subject: (x) => `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=a.b; s=s; bh=AAAA; h=subject:from; b=AAAA\r\nSubject: ${x}\r\n`
}
for (const [h, make] of Object.entries(hosts)) for (const u of units) {
  const x = u.repeat(Math.floor(n / u.length)); await run(`${h} ${JSON.stringify(u)}`, make(x) + (h.startsWith('from') ? '' : 'From: a@b.c\r\n') + '\r\nx\r\n')
}
