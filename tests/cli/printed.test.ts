import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { callsCommand } from '../../src/cli/calls/calls.ts';
import { tableLines } from '../../src/cli/table.ts';
import { print, printJson, printOwn } from '../../src/cli/usage.ts';
import { createLog } from '../../src/controller/log.ts';
import { exportLine } from '../../src/rating/tariff/fields.ts';
import type { CallMove } from '../../src/store/ports/move-store.ts';
import { plainTerms } from '../support/rates.ts';
import { noStatements } from '../support/no-statements.ts';

const hidden = /(?![\u200c\u200d\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** All of Unicode, lone surrogates too, in texts of a few thousand characters. */
const everything = Array.from({ length: 0x110000 / 4096 }, (_, at) =>
  Array.from({ length: 4096 }, (_more, code) => String.fromCodePoint(at * 4096 + code)).join(''),
);

function printed(by: (stream: PassThrough) => void): string {
  const stream = new PassThrough({ highWaterMark: 2 ** 26 });
  by(stream);
  return String(stream.read() ?? '');
}

describe('what a command prints', () => {
  it('is a line for each line and draws nothing, whatever character of Unicode is in it', () => {
    for (const text of everything) {
      const line = printed((stream) => print(stream, text));
      expect([line.split('\n').length, hidden.test(line)]).toEqual([2, false]);
      const lines = printed((stream) => print(stream, [text, 'next', text]));
      expect([lines.split('\n').length, hidden.test(lines)]).toEqual([4, false]);
      expect(hidden.test(printed((stream) => printOwn(stream, text)))).toBe(false);
      expect(
        tableLines([
          ['a', 'b'],
          [text, text],
        ]),
      ).toHaveLength(2);
      expect(tableLines([[text, text]])[0]).not.toMatch(/[\n\r\u001b\u009b\u202e\u2028]/);
    }
  });

  it('means the same as JSON, on one line or several', () => {
    for (const text of everything) {
      for (const indent of [0, 2] as const) {
        const json = printed((stream) => printJson(stream, { text }, indent));
        expect([json.split('\n').length, hidden.test(json)]).toEqual([indent === 0 ? 2 : 4, false]);
        expect(JSON.parse(json)).toEqual({ text });
      }
    }
  });

  it('has one line in the log for each entry', () => {
    for (const text of everything) {
      for (const format of ['text', 'json'] as const) {
        const logged = printed((stream) => {
          createLog({ level: 'info', format, stream }).info(text, { text, deep: { text } });
        });
        expect([logged.split('\n').length, hidden.test(logged)]).toEqual([2, false]);
        if (format === 'json') expect(JSON.parse(logged)).toMatchObject({ text, deep: { text } });
      }
    }
  });

  it('forges no row of the moves of calls', async () => {
    const move: CallMove = {
      ...{ id: 1, callId: 'a', movedBy: 'x\n2026-01-01T00:00:00.000Z  root', movedAtMs: 0, why: 'y\u001b[2K\rz\u202e' },
      ...{ fromAccountId: 1, fromAccountName: 'A\u009b31m', toAccountId: 2, toAccountName: 'B\u2028' },
      ...{ fromDepartmentId: null, toDepartmentId: null },
    };
    const stdout = new PassThrough();
    const store = {
      listMoves: () => Promise.resolve([move, move]),
      listCallRecords: () => Promise.resolve([]),
      findCallRecord: () => Promise.resolve(null),
      moveCall: () => Promise.reject(new Error('no')),
    };
    expect(await callsCommand(['moves'], { store, stdout, stderr: stdout, statements: noStatements })).toBe(0);
    const text = String(stdout.read());
    expect(text.split('\n')).toHaveLength(4);
    expect(text).not.toMatch(hidden);
    await callsCommand(['moves', '--json'], { store, stdout, stderr: stdout, statements: noStatements });
    const json = String(stdout.read());
    expect(json).not.toMatch(hidden);
    expect(JSON.parse(json)).toEqual([move, move]);
  });

  it('is one row of a CSV for each rate, and no formula', () => {
    const line = exportLine({
      ...{ prefix: '1', destination: '=1+1\n2,evil\u001b', currency: 'USD', validFromMs: null, validUntilMs: null },
      ...{ connectFeeMicros: 0, priceMicros: 0, minimumChargeMicros: 0, firstIncrementMs: 0, nextIncrementMs: 1 },
      ...{ id: 1, version: 1, tableId: 1, ...plainTerms },
    });
    expect(line).toContain(`"'=1+1\n2,evil\ufffd"`);
  });
});
