import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readJsonCdr } from '../../../src/freeswitch/cdr/json-cdr.ts';

const folder = join(
  import.meta.dirname,
  '..',
  '..',
  'recordings',
  'freeswitch-wire',
  'json_cdr',
  'answered-callee-hangs-up',
);
const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));

function leg(text: string, isFile = true) {
  const read = readJsonCdr(text, isFile, Infinity);
  if (read.kind !== 'leg') throw new Error(read.kind);
  return read.leg;
}

describe('a CDR of mod_json_cdr', () => {
  it('gives each leg’s call, when it was answered and what to bill', () => {
    const legs = texts.map((text) => leg(text));
    const caller = legs.find(({ side }) => side === 'caller');
    const callee = legs.find(({ side }) => side === 'callee');
    expect(caller).toMatchObject({ switchName: 'fs1', bridge: { failure: null }, hungUpItself: false, facts: null });
    expect(callee).toMatchObject({
      callId: caller?.legId,
      hungUpItself: true,
      end: {
        cause: 'NORMAL_CLEARING',
        billableMs: 1000,
        answeredAtMs: 1_795_487_186_718,
        endedAtMs: 1_795_487_187_718,
      },
    });
  });

  it('is incomplete in a file that is cut at any length', () => {
    const [text = ''] = texts;
    for (let length = 0; length < text.length; length += 97) {
      expect(readJsonCdr(text.slice(0, length), true, Infinity).kind).toBe('incomplete');
    }
    expect(readJsonCdr(text.trimEnd(), true, Infinity).kind).toBe('incomplete');
    expect(readJsonCdr(text.trimEnd(), false, Infinity).kind).toBe('leg');
    expect(readJsonCdr(text.slice(0, 97), false, Infinity)).toEqual({ kind: 'bad', why: 'it is not JSON' });
  });

  it('gives the facts that a controller left on the leg', () => {
    const cdr = {
      variables: {
        ...{
          uuid: 'b',
          direction: 'outbound',
          billing_call_id: 'a',
          billing_controller: 'c1',
          billing_entry: 'direct',
        },
        ...{
          billing_account_id: '7',
          billing_called: '911',
          billing_call_type: 'emergency',
          billing_outcome: 'nonsense',
          end_uepoch: '1795487187718000',
        },
      },
      callflow: [{ caller_profile: { caller_id_name: 'Jos\u00e9', caller_id_number: '201' } }],
    };
    expect(leg(JSON.stringify(cdr), false)).toMatchObject({
      callId: 'a',
      facts: {
        ...{ controller: 'c1', entry: 'direct', accountId: 7, calledNumber: '911', callType: 'emergency' },
        ...{ extension: '201', callerName: 'Jos\u00e9', outcome: null, reason: null },
      },
    });
  });

  it.each([
    ['null\n', 'it has no "variables"'],
    ['{}\n', 'it has no "variables"'],
    ['{"variables":[]}\n', 'it has no "variables"'],
    ['{"variables":{"uuid":"a b"}}\n', 'its variables name no leg ("uuid")'],
    ['{"variables":{"uuid":5}}\n', 'its variables name no leg ("uuid")'],
    ['{"__proto__":{"variables":{"uuid":"a"}}}\n', 'it has no "variables"'],
  ])('is not %j, with the reason', (text, why) => {
    expect(readJsonCdr(text, true, Infinity)).toEqual({ kind: 'bad', why });
  });

  const tampered = (changes: Record<string, string>): string => {
    const cdr = JSON.parse(texts.find((text) => leg(text).side === 'callee') ?? '') as {
      variables: Record<string, string>;
    };
    Object.assign(cdr.variables, changes);
    return `${JSON.stringify(cdr)}\n`;
  };

  it.each([
    [
      { end_uepoch: '9999999999999999', billusec: '8204512813281000' },
      'its end_uepoch is impossible: 2286-11-20T17:46:40.000Z',
    ],
    [
      { answer_uepoch: '1795487186718000000' },
      'its answer_uepoch is not a number of microseconds: "1795487186718000000"',
    ],
    [{ start_uepoch: '1795487190000000' }, /^it was answered \(2026-.*\) before it began \(2026-/],
    [
      { billusec: '3603000000' },
      /^3603000000 microseconds are billed \(billusec\), but from answer to end there are \d+$/,
    ],
    [{ start_uepoch: '-1' }, 'its start_uepoch is not a number of microseconds: "-1"'],
    [
      { end_uepoch: '3000000', answer_uepoch: '1000000', start_uepoch: '1', billusec: '2000000' },
      /^its start_uepoch is impossible: 1970-/,
    ],
  ])('with the figures %j is refused, in a file and in a post', (changes, why) => {
    const expected = { kind: 'bad', why: typeof why === 'string' ? why : expect.stringMatching(why) };
    expect(readJsonCdr(tampered(changes), true, Infinity)).toEqual(expected);
    expect(readJsonCdr(tampered(changes), false, Infinity)).toEqual(expected);
  });

  it('from the future is refused; a clock that is hours behind or ahead changes nothing', () => {
    const [text = ''] = texts;
    const { endedAtMs } = leg(text).end;
    const hour = 3_600_000;
    for (const aheadMs of [0, hour, 23 * hour]) expect(readJsonCdr(text, true, endedAtMs - aheadMs).kind).toBe('leg');
    expect(readJsonCdr(text, true, endedAtMs - 25 * hour)).toEqual({
      kind: 'bad',
      why: expect.stringMatching(/^it ended in the future: 2026-.*, and it is 2026-/),
    });
  });

  it('never throws, whatever the text', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.object().map((object) => JSON.stringify({ variables: object })),
    );
    fc.assert(
      fc.property(anything, fc.boolean(), (text, isFile) => {
        expect(['leg', 'incomplete', 'bad']).toContain(readJsonCdr(text, isFile, Infinity).kind);
      }),
    );
  });
});
