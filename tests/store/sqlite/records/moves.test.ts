import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { callsCommand } from '../../../../src/cli/calls/calls.ts';
import { openLocalReports } from '../../../../src/store/sqlite/reports/reports.ts';
import { call, furnish } from '../../../reports/site.ts';
import { movesContract } from '../../moves-contract.ts';
import { PassThrough } from 'node:stream';
import { temporaryStores } from '../temporary.ts';
import { noStatements } from '../../../support/no-statements.ts';

const { open, aFile } = temporaryStores();

describe('moving a call, in the local file', () => {
  movesContract(open);

  it('leaves a trail that no program can change', async () => {
    const file = aFile();
    const store = await open({ file });
    await furnish(store);
    await store.save(call('a', '2026-03-08T12:00:00Z', { accountId: 1, billableMs: 1000 }));
    await store.moveCall({ callId: 'a', toAccountCode: '1002', why: 'x', movedBy: 'Anna' });
    const db = new Database(file);
    expect(() => db.exec("UPDATE call_moves SET why = 'y'")).toThrow('call_moves is never changed');
    expect(() => db.exec('DELETE FROM call_moves')).toThrow('nothing is deleted from call_moves');
    db.exec("UPDATE call_records SET account_id = 1, department_id = 1 WHERE call_id = 'a'");
    db.close();
    expect(await store.findCallRecord('a')).toMatchObject({ accountId: 2, departmentId: 2 });
  });

  it('shows in the next report, with the new price', async () => {
    const file = aFile();
    const store = await open({ file });
    await furnish(store);
    const number = { calledE164: '+18016424655', callType: 'national' as const };
    await store.save(
      call('a', '2026-03-08T12:00:00Z', { accountId: 1, departmentId: 1, billableMs: 60_000, ...number }),
    );
    const charges = async () => {
      const source = openLocalReports(file);
      const found: unknown[] = [];
      const period = { fromMs: 0, untilMs: Date.parse('2026-04-01T00:00:00Z') };
      for await (const piece of source.summarize({ period, groupings: ['account'], filters: {} })) {
        found.push([piece.keys[0]?.label, piece.currency, piece.chargeMicros]);
      }
      await source.close();
      return found;
    };
    expect(await charges()).toEqual([['Smith & Co', 'USD', 170_000n]]);
    await store.moveCall({ callId: 'a', toAccountCode: '1002', why: 'x', movedBy: 'Anna' });
    // 50,000 + 30,000 a minute, and a tenth and 10,000 more.
    expect(await charges()).toEqual([['=cmd|"/c calc"!A1', 'EUR', 98_000n]]);
    expect((await store.listCallPrices('a')).map(({ version, isCurrent }) => [version, isCurrent])).toEqual([
      [2, true],
      [1, false],
    ]);
  });
});

describe('billing-codes calls', () => {
  async function command() {
    const store = await open();
    await furnish(store);
    const number = { calledE164: '+18016424655', callType: 'national' as const };
    await store.save(
      call('a', '2026-03-08T12:00:00Z', { accountId: 1, accountName: 'Smith & Co', billableMs: 60_000, ...number }),
    );
    return async (...args: string[]) => {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const code = await callsCommand(args, { store, stdout, stderr, statements: noStatements });
      return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
    };
  }
  const move = ['move', 'a', '--to-account', '1002', '--why', 'wrong code', '--by', 'Anna'];

  it('moves a call, and lists who moved what', async () => {
    const run = await command();
    expect(await run('moves')).toEqual({ code: 0, out: 'No calls were moved.\n', err: '' });
    expect(await run(...move)).toEqual({
      code: 0,
      out: 'Call a: from Smith & Co to =cmd|"/c calc"!A1.\nCharge: 0.17 USD -> 0.098 EUR\n',
      err: '',
    });
    const { out } = await run('moves', 'a');
    expect(out.split('\n')[1]).toMatch(/^20\d\d-\S+Z +Anna +a +Smith & Co +=cmd\|"\/c calc"!A1 +wrong code$/);
    expect(JSON.parse((await run('moves', '--json')).out)).toMatchObject([{ callId: 'a', movedBy: 'Anna' }]);
  });

  it('lists calls that went out without a code until an account is found for them', async () => {
    const store = await open();
    await furnish(store);
    const number = { calledE164: '+33142961020', callType: 'international' as const };
    await store.save(call('coded', '2026-03-08T12:00:00Z', { accountId: 1, billableMs: 1000, ...number }));
    const uncoded = { accountId: null, accountName: null, uncoded: true, outcome: 'answered' as const };
    await store.save(
      call('u1', '2026-03-08T12:00:00Z', { ...uncoded, extension: '201', billableMs: 61_500, ...number }),
    );
    await store.save(call('u2', '2026-03-08T13:00:00Z', { ...uncoded, extension: '202', ...number }));
    const run = async (...args: string[]) => {
      const stdout = new PassThrough();
      await callsCommand(args, { store, stdout, stderr: stdout, statements: noStatements });
      return String(stdout.read() ?? '');
    };
    const ids = async (...args: string[]) =>
      (JSON.parse(await run('list', '--uncoded', '--json', ...args)) as { callId: string }[]).map(
        ({ callId }) => callId,
      );
    expect(await ids()).toEqual(['u2', 'u1']);
    expect(await ids('--extension', '201')).toEqual(['u1']);
    expect((await run('list', '--uncoded')).split('\n')[2]).toMatch(
      /^2026-03-08T12:00:00.000Z +201 .*\+33142961020 +international +answered +61\.5 +u1$/,
    );
    await run('move', 'u1', '--to-account', '1002', '--why', 'hers', '--by', 'Anna');
    expect(await ids()).toEqual(['u2']);
    expect(await run('list')).toContain('--uncoded is needed');
  });

  it.each([
    [['move', 'a'], '--to-account CODE, --why TEXT and --by NAME are needed'],
    [['move'], 'expected one CALL-ID'],
    [['move', 'b', ...move.slice(2)], 'There is no call b.'],
    [['remove'], 'unknown command remove'],
    [['moves', '--csv'], "Unknown option '--csv'"],
  ])('refuses %j and says why, with exit code 2', async (args, message) => {
    const { code, err, out } = await (await command())(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const [line, ...more] = err.trimEnd().split('\n');
    expect(line).toContain(message);
    // Wrong usage, unlike wrong input, is told where to read on.
    expect(more).toEqual(message.startsWith('There is no') ? [] : ['See: billing-codes calls --help']);
  });
});
