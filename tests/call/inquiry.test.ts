import { describe, expect, it } from '@jest/globals';
import { inquireNumber, type InquirySettings } from '../../src/call/inquiry.ts';
import { monthBegins } from '../../src/rating/month.ts';
import { defaultFreeCallTypes } from '../../src/rating/price.ts';
import type { EntryMode } from '../../src/words/entry-mode.ts';
import { northAmerica } from '../support/north-america.ts';

const settings: InquirySettings = {
  plan: northAmerica,
  directWithoutCode: ['internal', 'toll-free'],
  confirmPrice: [],
  codeLater: [],
  sayBalance: false,
  minimumLevels: [],
  twoCodes: false,
  ...{ freeCallTypes: defaultFreeCallTypes, timeZone: 'UTC' },
  callerNumber: { site: null, emergency: null, sources: [] },
  unknownExtension: 'as-is',
};

async function codeNeeded(keyed: string, entry: EntryMode, given: Partial<InquirySettings> = {}): Promise<boolean> {
  const event = await inquireNumber(
    {
      ...{ account: null, authorizer: null, payer: null, extension: null, entry, keyed },
      ...{ staleRule: () => null, findAccountByCode: () => Promise.resolve(null) },
      rates: {
        rateTableOf: () => Promise.resolve(null),
        ratesFor: () => Promise.resolve([]),
        monthSoFar: () => Promise.resolve(monthBegins),
      },
      ...{ nowMs: 0, codeLater: false },
      begin: () => Promise.resolve({ limits: { allowed: true, longestMs: null, mayGoOn: false }, balance: null }),
    },
    { ...settings, ...given },
  );
  if (event.type !== 'number-allowed') throw new Error(`${keyed}: ${event.type}`);
  return event.code === 'needed';
}

describe('a number that was dialled directly', () => {
  it('needs a code unless it costs nothing: 988 needs none, 411 does, 1-876 does', async () => {
    for (const keyed of ['988', '711', '201', '18005550123', '911', '9911']) {
      expect({ keyed, needed: await codeNeeded(keyed, 'direct') }).toEqual({ keyed, needed: false });
    }
    for (const keyed of ['411', '8016424655', '18769221234', '19005550123']) {
      expect({ keyed, needed: await codeNeeded(keyed, 'direct') }).toEqual({ keyed, needed: true });
    }
  });

  it('needs a code even if it costs nothing when an unknown phone must always key one', async () => {
    expect(await codeNeeded('988', 'direct', { unknownExtension: 'code-always' })).toBe(true);
    expect(await codeNeeded('911', 'direct', { unknownExtension: 'code-always' })).toBe(false);
  });

  it('needs a code even if it costs nothing when the code was asked for first', async () => {
    expect(await codeNeeded('988', 'prompted')).toBe(true);
  });
});
