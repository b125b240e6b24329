import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { spokenRefusals as refusals } from '../../src/words/outcome.ts';
import { asks, farewells, type Prompt } from '../../src/call/prompts.ts';
import { endIsNear, phraseOf } from '../../src/freeswitch/phrases.ts';
import { freeswitchConf } from './copy-tree.ts';
import { hear, macroNames } from './phrase.ts';

const onFile = '+0123456789*#';

type Refusing = Exclude<Prompt, { kind: 'announce' }>;
const refusing: Refusing[] = [
  ...asks.flatMap((ask) =>
    [null, 'no-digits' as const, ...refusals].flatMap((refusal): Refusing[] => [
      { kind: 'ask', ask, refusal },
      { kind: 'ask', ask, refusal, onFile },
    ]),
  ),
  ...farewells.flatMap((farewell) =>
    [null, ...refusals].map((refusal): Refusing => ({ kind: 'farewell', farewell, refusal })),
  ),
];

const currencies = ['USD', 'EUR', 'GBP', 'CHF', 'JPY'] as const;
const announcements = currencies.map((currency): Prompt => ({
  ...{ kind: 'announce', announcement: { price: { amount: '1.20', currency }, balance: null } },
}));
const balance = { amount: '12.30', currency: 'CHF' };
const withBalance: readonly Prompt[] = [null, { amount: '1.20', currency: 'CHF' }].map((price): Prompt => ({
  ...{ kind: 'announce', announcement: { price, balance } },
}));
const prompts: Prompt[] = [...refusing, ...announcements, ...withBalance];

/** The recording that tells a refusal. */
const told = (refusal: (typeof refusals)[number] | 'no-digits'): string => {
  if (refusal === 'too-many-calls-a-minute') return 'too-many-calls';
  if (refusal === 'destination-closed') return 'number-blocked';
  if (refusal === 'price-too-high' || refusal === 'price-unknown') return 'number-not-allowed';
  return refusal === 'directory-stale' ? 'service-down' : refusal;
};
const heard = (prompt: Prompt): string[] => hear(phraseOf(prompt)).sounds;

describe('phrases', () => {
  const refused = refusing.filter(({ refusal }) => refusal !== null);

  it.each(refused.map((prompt): [string, Refusing] => [phraseOf(prompt), prompt]))(
    '%s tells why, then goes on',
    (_, prompt) => {
      const [reason, ...rest] = heard(prompt);
      const unrefused = heard({ ...prompt, refusal: null });
      if (prompt.kind === 'farewell' && prompt.farewell === 'service-down') {
        expect([reason, ...rest]).toEqual(unrefused);
      } else {
        expect(reason).toBe(prompt.refusal === null ? null : told(prompt.refusal));
        // The shortcut's beep is for who knows what to key; after a mistake it is said.
        expect(rest).toEqual(unrefused.map((sound) => (sound === 'tone' ? 'ask-shortcut' : sound)));
      }
    },
  );

  it('ask for what the caller has to key', () => {
    const first = { kind: 'ask', refusal: null } as const;
    expect(heard({ ...first, ask: 'code' })).toEqual(['ask-code']);
    expect(heard({ ...first, ask: 'number' })).toEqual(['ask-number']);
    expect(heard({ ...first, ask: 'shortcut' })).toEqual(['tone']);
    expect(heard({ ...first, ask: 'number-or-on-file' })).toEqual(['ask-number-or-pound']);
  });

  it('say each farewell with its own recording', () => {
    for (const farewell of farewells) expect(heard({ kind: 'farewell', farewell, refusal: null })).toEqual([farewell]);
  });

  it('read a number on file back digit by digit', () => {
    const names = new Map('0123456789'.split('').map((digit) => [digit, `digit-${digit}`]));
    names.set('+', 'digit-plus').set('*', 'digit-star').set('#', 'digit-pound');
    const number = fc.string({ unit: fc.constantFrom(...names.keys()), minLength: 1, maxLength: 24 });
    fc.assert(
      fc.property(number, (digits) => {
        const sounds = heard({ kind: 'ask', ask: 'number-or-on-file', refusal: null, onFile: digits });
        expect(sounds).toEqual([
          'ask-on-file',
          ...digits.split('').map((digit) => names.get(digit)),
          'ask-on-file-choose',
        ]);
      }),
    );
  });

  it('tell what a minute costs, in the currency where there is a word for it, and what to press', () => {
    const words = ['dollars', 'euros', 'pounds', 'francs', null];
    const amount = ['digit-1', 'digit-point', 'digit-2', 'digit-0'];
    expect(announcements.map(heard)).toEqual(
      words.map((word) => ['price-is', ...amount, ...(word === null ? [] : [word]), 'a-minute', 'press-1']),
    );
  });

  it('tell what is left, before what a minute costs', () => {
    const left = ['balance-is', 'digit-1', 'digit-2', 'digit-point', 'digit-3', 'digit-0', 'francs'];
    const [alone, both] = withBalance.map(heard);
    expect(alone).toEqual(left);
    expect(both?.slice(0, left.length + 1)).toEqual([...left, 'price-is']);
    expect(both?.slice(-2)).toEqual(['a-minute', 'press-1']);
  });

  it('tell by tones alone that the end of a conversation is near', () => {
    expect(hear(endIsNear).sounds).toEqual(['tone']);
  });

  it('are all used by the code', () => {
    const used = new Set([...prompts.map(phraseOf), endIsNear].flatMap((phrase) => hear(phrase).macros));
    expect([...used].sort()).toEqual([...macroNames].sort());
  });

  it('play every recording, and none that does not exist', () => {
    const played = [...new Set(prompts.flatMap(heard))].filter((sound) => sound !== 'tone').sort();
    const folder = join(freeswitchConf, 'sounds', 'en', 'billing');
    for (const rate of ['8000', '16000']) {
      expect(readdirSync(join(folder, rate)).sort()).toEqual(played.map((sound) => `${sound}.wav`).sort());
    }
    const sentences: unknown = JSON.parse(readFileSync(join(folder, 'prompts.json'), 'utf8'));
    expect(Object.keys(sentences ?? {}).sort()).toEqual(played);
  });
});
