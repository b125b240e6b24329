import { expect, it } from '@jest/globals';
import { isMailServer } from '../../src/words/mail-server.ts';

it.each(['smtp://h', 'smtps://u:p%40x@h:465', 'smtp://[::1]:25', 'smtp://anna%40example.org:pw@mail.example:587'])(
  '%s is a mail server',
  (text) => expect(isMailServer(text)).toBe(true),
);

it.each([
  ...['mail.example', 'smtp://', 'htp:/u:p@h', 'https://mail.example', 'smtp://u:p@:25', 'smtp://u:p@h:99999'],
  ...['smtp://u:p@ho st', 'smtp://u:p#q@h', 'smtp://u:p/q@h', 'smtp://u%ZZ:p@h', 'smtp://u:100%@h'],
])('%s is none', (text) => expect(isMailServer(text)).toBe(false));
