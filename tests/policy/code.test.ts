import { describe, expect, it } from '@jest/globals';
import { checkCode, isCodeText } from '../../src/policy/code.ts';
import { storedAccount } from '../store/records.ts';

const account = storedAccount(1, '12345', 'Harper & Lowe');

describe('a billing code', () => {
  it('that no account has is unknown', () => {
    expect(checkCode(null, 0)).toEqual({ ok: false, reason: 'code-unknown' });
  });

  it('without limits is valid at any time', () => {
    expect(checkCode(account, 0)).toEqual({ ok: true, account });
  });

  it('of a disabled account is disabled, within its period or not', () => {
    expect(checkCode({ ...account, enabled: false, validUntilMs: 5 }, 9)).toEqual({
      ok: false,
      reason: 'code-disabled',
    });
  });

  it('is valid from its first millisecond up to the one before its end', () => {
    const limited = { ...account, validFromMs: 1000, validUntilMs: 2000 };
    expect(checkCode(limited, 999)).toEqual({ ok: false, reason: 'code-not-yet-valid' });
    expect(checkCode(limited, 1000)).toEqual({ ok: true, account: limited });
    expect(checkCode(limited, 1999)).toEqual({ ok: true, account: limited });
    expect(checkCode(limited, 2000)).toEqual({ ok: false, reason: 'code-expired' });
  });

  it('is 1 to 20 digits', () => {
    for (const text of ['0', '12345', '9'.repeat(20)]) expect(isCodeText(text)).toBe(true);
    for (const text of ['', '9'.repeat(21), '12a', '12*', '1 2', '+12', '12\n', '１２'])
      expect(isCodeText(text)).toBe(false);
  });
});
