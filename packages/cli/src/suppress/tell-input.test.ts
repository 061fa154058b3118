import { expect, test } from 'vitest'
import { kindOfText } from './tell-input.ts'

test.each([
  ['From MAILER-DAEMON Mon May  6\nSubject: x\n', 'mail'],
  ['Return-Path: <>\nSubject: x\n', 'mail'],
  ['\ufeffemail,reason\na@example.com,spam\n', 'csv'],
  ['email\na@example.com\n', 'csv'],
  ['"a@example.com"\n', 'csv'],
  ['a@example.com\nb@example.com\n', 'text'],
  ['a@example.com;spam\n', 'csv'],
  ['# people, to spare\n#\na@example.com\n', 'text'],
  ['{"kind":"failed","recipient":null}\n{"kind":"delayed"}\n', 'json-lines'],
  ['{"Suppressions":[{"EmailAddress":"a@example.com"}]}\n', 'json'],
  ['{\n  "items": []\n}', 'json'],
  ['["a@example.com"]', 'json'],
  ['\n \n', 'empty']
])('%j is %s', (text, kind) => expect(kindOfText(text)).toBe(kind))
