import type { EntryMode } from '../../words/entry-mode.ts';
import { unrestricted } from '../../words/directory.ts';
import type { FarEnd } from '../../simulator/far-end.ts';
import type { CallScript, KeyStep } from '../../simulator/script.ts';
import type { AccountInput } from '../../words/directory.ts';

export type DemoCall = { title: string; entry: EntryMode; script: CallScript };

const account = (
  code: string,
  name: string,
  department: string,
  changes: Partial<AccountInput> = {},
): AccountInput => ({
  ...{ code, name, department, customerNumbers: [], enabled: true, validFromMs: null, validUntilMs: null },
  restriction: unrestricted,
  ...changes,
});

/** The sample accounts. */
export const demoAccounts: readonly AccountInput[] = [
  account('12345', 'Smith & Co', 'Litigation'),
  account('22222', 'Northern Mills', 'Litigation', { customerNumbers: ['8015550142'] }),
  account('33333', 'Internal projects', 'Office', {
    restriction: { ...unrestricted, minimumDigits: 7, maximumDigits: 10, blockedPrefixes: ['900', '1976'] },
  }),
];

const talks: FarEnd = { kind: 'answers', afterMs: 300, talkMs: 1200, hangsUp: 'callee' };

function call(title: string, entry: EntryMode, dialled: string, keys: KeyStep[], farEnd: FarEnd = talks): DemoCall {
  return { title, entry, script: { dialled, keys, farEnd, keyIntervalMs: 25, outOfKeys: 'hang-up' } };
}

/** One call for each thing that a newcomer should see; `npm run demo` places them in this order. */
export const demoCalls: readonly DemoCall[] = [
  call('Dial 8: asked for the code, then for the number', 'prompted', '8', ['12345#', '8016424655#']),
  call('Dial 9: code, two stars and number in one go', 'shortcut', '9', ['12345**8016424655#']),
  call('The number was already dialled: only the code is asked for', 'direct', '8016424655', ['12345#']),
  call('Dial 9: the code alone calls the number on file', 'shortcut', '9', ['22222#']),
  call('A wrong code, then the right one: the number is kept', 'shortcut', '9', ['99999**8016424655#', '12345#']),
  call('Too short for this account, three times', 'shortcut', '9', ['33333**555#', '555#', '555#']),
  call('Too long for this account, three times', 'shortcut', '9', [
    '33333**011442079460958#',
    '011442079460958#',
    '011442079460958#',
  ]),
  call('A blocked prefix, however it is spelled', 'prompted', '8', [
    '33333#',
    '9005551234#',
    '19005551234#',
    '01119005551234#',
  ]),
  call('Busy', 'shortcut', '9', ['12345**8016424655#'], { kind: 'refuses', status: 486, afterMs: 200 }),
  call('Nobody answers', 'shortcut', '9', ['12345**8016424655#'], { kind: 'rings' }),
  call('The caller hangs up while keying', 'prompted', '8', [{ digits: '123', thenHangUp: true }]),
];
