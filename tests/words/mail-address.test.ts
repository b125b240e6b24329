import { expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import { readFields } from '../../src/directory/reading.ts';
import { readSchedules } from '../../src/reports/schedule/settings.ts';
import { departmentFields } from '../../src/words/directory.ts';
import { isMailAddress } from '../../src/words/mail-address.ts';
import { utcTime } from '../../src/words/site-time.ts';
import { zoneNamed } from '../../src/words/zone.ts';
import { northAmerica } from '../support/north-america.ts';

const good = [
  ...['anna@example.org', "o'neil+bills@mail.example.co.uk", 'anna@localhost', 'jürg@bücher.example', '用户@例子.广告'],
  ...['a@b', '1@2.3', `${'a'.repeat(64)}@example.org`],
];
const bad = [
  ...['', 'anna', '@example.org', 'anna@', 'anna@-example.org', 'anna@example-.org', 'anna@example..org', 'anna@.org'],
  ...['anna..b@example.org', '.anna@example.org', 'anna.@example.org', 'Anna <anna@example.org>', 'a@b@c', 'a b@c.org'],
  ...['anna@example.org\r\nBcc: x@y.z', 'a,b@example.org', `${'a'.repeat(65)}@example.org`, `a@${'b'.repeat(254)}`],
  ...['anna@example.org.', 'anna@[127.0.0.1]'],
];

it.each(good)('%j is an address, wherever one is typed', (address) => {
  expect([isMailAddress(address), ...everywhere(address)]).toEqual([true, true, true, true]);
});

it.each(bad)('%j is none, wherever one is typed', (address) => {
  expect([isMailAddress(address), ...everywhere(address)]).toEqual(
    address === '' ? [false, true, true, false] : [false, false, false, false],
  );
});

/** In the directory and in the settings of emergency calls, where empty is none, and in a schedule. */
function everywhere(address: string): boolean[] {
  const schedule = { name: 'x', report: 'calls', preset: 'today', every: 'day', at: '06:00', format: 'csv' };
  return [
    readFields(
      departmentFields,
      { mail: address },
      { plan: northAmerica, time: utcTime, payer: { ok: true, value: null } },
    ).problems.length === 0,
    takes(() => loadConfig({ file: null, env: {}, flags: { 'emergency.mailTo': address } })),
    takes(() =>
      readSchedules([{ ...schedule, mailTo: [address] }], {
        ...{ zone: zoneNamed('UTC'), fiscalYearStart: '01-01', canMail: true, warn: () => undefined },
      }),
    ),
  ];
}

function takes(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
