import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCode, readShortcut } from '../../src/call/entry.ts';
import type { MachineOptions } from '../../src/call/machine/events.ts';
import { unrestricted } from '../../src/words/directory.ts';
import { account } from '../support/controller.ts';
import { answered, controllerWithCalls, number } from '../controller/calls.ts';
import { callEvents, machineOptions, runCall } from './events.ts';

const { controller, store, place, recordOf, start } = controllerWithCalls();

/** Anna may call for Smith; her code is 5551, and theirs is 12345. */
async function openOffice(flags: Record<string, string> = { 'entry.twoCodes': 'true' }): Promise<void> {
  await start({ 'log.level': 'debug', ...flags });
  await store().addAccount(account('12345', { customerNumbers: ['8015550100'] }));
  await store().addAccount({ ...account('5551', { authorizes: true, authorizationLevel: 50 }), name: 'Anna' });
}

async function played(script: Parameters<typeof place>[1]) {
  const { callId, calledNumber, heard } = await place('', { outOfKeys: 'hang-up', farEnd: answered(), ...script })
    .finished;
  return { calledNumber, heard: heard.map(({ file }) => file), record: await recordOf(callId) };
}

describe('two codes, who and for whom', () => {
  it.each<[string, { dialled: string; keys: string[] }, string]>([
    ['in one go', { dialled: '9', keys: [`5551*12345**${number}#`] }, number],
    ['in one go, for the number on file', { dialled: '9', keys: ['5551*12345#'] }, '8015550100'],
    ['prompted, one by one', { dialled: '8', keys: ['5551#', '12345#', `${number}#`] }, number],
    ['prompted, both at once', { dialled: '8', keys: ['5551*12345#', `${number}#`] }, number],
    ['prompted, who and number first', { dialled: '8', keys: [`5551**${number}#`, '12345#'] }, number],
    ['dialled directly', { dialled: number, keys: ['5551#', '12345#'] }, number],
    ['who was missed in the shortcut', { dialled: '9', keys: [`12345**${number}#`, '5551#'] }, number],
    [
      'a wrong one of each, and what was right is kept',
      { dialled: '8', keys: ['5550#', '5551#', '99999#', `12345**${number}#`] },
      number,
    ],
  ])('are keyed %s; the record names both, and no code is logged', async (_how, script, called) => {
    await openOffice();
    const { calledNumber, record } = await played(script);
    expect(calledNumber).toBe(called);
    expect(record).toMatchObject({
      outcome: 'answered',
      accountName: 'Account 12345',
      authorizedBy: 'Anna',
      code: '12345',
    });
    expect(controller().logged()).not.toMatch(/5551|[^*\d ]12345\b(?!")/);
  });

  it('asks for each by its name, and for nothing where no code is needed', async () => {
    await openOffice({ 'entry.twoCodes': 'true', 'entry.directWithoutCode': 'internal' });
    const { heard } = await played({ dialled: '8', keys: ['5550#', '5551#', '12345#'] });
    expect(heard.map((file) => file.replace('phrase:billing_ask_', ''))).toEqual([
      'authorization:first',
      'authorization:code-unknown',
      'code:first',
      'number_or_on_file:first:8015550100',
    ]);
    expect((await played({ dialled: '300', keys: [] })).calledNumber).toBe('300');
    expect((await played({ dialled: '8', keys: ['5551*911#'] })).calledNumber).toBe('911');
    expect((await played({ dialled: '911', keys: [] })).record.authorizedBy).toBeNull();
  });

  it.each<[string, string[]]>([
    ['a code that pays does not authorize', ['12345#', '12345#', '12345#']],
    ['a code that authorizes does not pay', ['5551#', '5551#', '5551#', '5551#']],
    ['the same code twice', ['5551*5551#', '5551*5551#', '5551*5551#']],
  ])('%s', async (_what, keys) => {
    await openOffice();
    const { record } = await played({ dialled: '8', keys });
    expect(record).toMatchObject({ outcome: 'refused', reason: 'code-unknown', bridgedAtMs: null });
  });

  it('are demanded of a phone, optional elsewhere, and who calls decides the level and what is restricted', async () => {
    await openOffice({ 'entry.minimumLevels': 'international=60' });
    await store().addExtension({
      number: '299',
      name: '',
      department: null,
      restriction: unrestricted,
      twoCodes: true,
    });
    const keys = [`12345**${number}#`];
    const lobby = await played({ dialled: '9', callerNumber: '299', keys });
    expect(lobby.calledNumber).toBeNull();
    expect(lobby.heard.at(-1)).toBe('phrase:billing_ask_authorization:first');
    expect((await played({ dialled: '9', callerNumber: '201', keys })).record).toMatchObject({ authorizedBy: null });
    const both = await played({ dialled: '9', keys: [`5551*12345**${number}#`] });
    expect(both.record).toMatchObject({ outcome: 'answered', authorizedBy: 'Anna' });
    const abroad = await played({
      dialled: '9',
      keys: ['5551*12345**01133142961020#', '01133142961020#', '01133142961020#'],
    });
    expect(abroad.record).toMatchObject({ reason: 'level-too-low' });
    expect(abroad.record.rule).toBe('authorizer: authorization level 50, international demands 60');
    await store().updateAccount('5551', { restriction: { blockedPrefixes: ['801'] } });
    const blocked = await played({ dialled: '9', keys: [`5551*12345**${number}#`] });
    expect(blocked.record).toMatchObject({ bridgedAtMs: null });
    expect(blocked.heard.at(-1)).toBe('phrase:billing_ask_number_or_on_file:number-blocked:8015550100');
  });

  it('both count as guesses', async () => {
    await openOffice({ 'entry.twoCodes': 'true', 'guessing.phoneLimit': '3' });
    await played({ dialled: '8', keys: ['5559#', '5551#', '77771#', '77772#'] });
    const { record } = await played({ dialled: '9', keys: [`5551*12345**${number}#`, `5551*12345**${number}#`] });
    expect(record).toMatchObject({ bridgedAtMs: null });
    expect(controller().logged()).toMatch(/a phone is locked: too many wrong codes/);
  });
});

describe('the machine, where two codes are needed', () => {
  const options: MachineOptions = { ...machineOptions, needsAuthorization: () => true };

  it('places no call but with both, a free one, an emergency or a forwarded one, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...callEvents), { maxLength: 14 }), (events) => {
        const { effects } = runCall(
          [{ type: 'arrived', entry: 'shortcut', dialled: '9', forwarded: false }, ...events],
          options,
        );
        for (const effect of effects) {
          if (effect.type !== 'bridge') continue;
          const { payer } = effect.allowed;
          if (payer.kind === 'account') expect(payer.authorizer).not.toBeNull();
        }
      }),
    );
  });

  it('reads two codes, or one, wherever they stand', () => {
    const code = fc.stringMatching(/^[0-9]{1,20}$/);
    fc.assert(
      fc.property(code, code, fc.stringMatching(/^[0-9]{1,15}$/), (authorization, paying, called) => {
        const two = { authorization, code: paying };
        expect(readShortcut(`${authorization}*${paying}**${called}`, true)).toEqual({
          kind: 'code-and-number',
          ...two,
          number: called,
        });
        expect(readShortcut(`${authorization}*${paying}`, true, true)).toEqual({
          kind: 'code-for-number-on-file',
          ...two,
        });
        expect(readCode(`${authorization}*${paying}`, true)).toEqual({ kind: 'code-only', ...two });
        // A number whose second star was missed.
        expect(readShortcut(`${paying}*${called}`, true)).toEqual({ kind: 'malformed' });
      }),
    );
  });
});
