import { describe, expect, it } from '@jest/globals';
import { createLastCodes } from '../../src/call/last-codes.ts';

const phone = (id: number, lastCodeMinutes: number | null = 10) => ({ id, lastCodeMinutes });
const account = { id: 7, code: '12345' };
const minute = 60_000;

describe('the last code of a phone', () => {
  it('is kept for as many minutes as the phone says, from when it was keyed', () => {
    const codes = createLastCodes();
    codes.keep(phone(1), account, 0);
    expect(codes.of(phone(1), 10 * minute - 1)).toMatchObject({ code: '12345', accountId: 7 });
    expect(codes.of(phone(1), 10 * minute)).toBeNull();
    expect(codes.of(phone(1), 0)).toBeNull();
  });

  it('is kept of no phone that does not opt in, and none is told once it no longer does', () => {
    const codes = createLastCodes();
    codes.keep(phone(1, null), account, 0);
    expect(codes.of(phone(1), 1)).toBeNull();
    codes.keep(phone(2), account, 0);
    expect(codes.of(phone(2, null), 1)).toBeNull();
    expect(codes.of(phone(2), 1)).toBeNull();
  });

  it('is of that phone alone, the last one that was keyed, until it is dropped', () => {
    const codes = createLastCodes();
    codes.keep(phone(1), account, 0);
    codes.keep(phone(1), { id: 8, code: '777' }, 1);
    expect(codes.of(phone(2), 2)).toBeNull();
    expect(codes.of(phone(1), 2)).toMatchObject({ code: '777', accountId: 8 });
    codes.drop(phone(1));
    expect(codes.of(phone(1), 2)).toBeNull();
  });

  it('does not become young again with a clock that is set back', () => {
    const codes = createLastCodes();
    codes.keep(phone(1), account, 60 * minute);
    expect(codes.of(phone(1), 59 * minute)).toBeNull();
  });

  it('is kept of a bounded number of phones: the one whose code was keyed longest ago goes first', () => {
    const codes = createLastCodes(3);
    for (const id of [1, 2, 3]) codes.keep(phone(id), account, id);
    codes.keep(phone(1), account, 4);
    codes.keep(phone(4), account, 5);
    expect([1, 2, 3, 4].map((id) => codes.of(phone(id), 6) !== null)).toEqual([true, false, true, true]);
  });
});
