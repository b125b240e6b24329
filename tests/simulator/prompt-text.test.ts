import { describe, expect, it } from '@jest/globals';
import { asks, farewells, type Prompt } from '../../src/call/prompts.ts';
import { phraseOf } from '../../src/freeswitch/phrases.ts';
import { spokenRefusals } from '../../src/words/outcome.ts';
import { promptText, readSentences } from '../../src/simulator/prompt-text.ts';

const sentences = readSentences();
const heard = (prompt: Prompt): string => promptText(phraseOf(prompt), sentences);

describe('what a caller hears', () => {
  it.each<[Prompt, string]>([
    [{ kind: 'ask', ask: 'code', refusal: null }, 'Please enter your billing code, then press pound.'],
    [
      { kind: 'ask', ask: 'code', refusal: 'code-unknown' },
      'That billing code is not valid. Please enter your billing code, then press pound.',
    ],
    [{ kind: 'ask', ask: 'shortcut', refusal: null }, '(beep)'],
    [
      { kind: 'ask', ask: 'number-or-on-file', refusal: null, onFile: '8016424655' },
      'The number on file is (8016424655) Press pound to call it, or dial another number.',
    ],
    [
      { kind: 'ask', ask: 'number-or-on-file', refusal: 'number-too-short' },
      'That number is too short. Please dial the number, then press pound. For the number on file, just press pound.',
    ],
    [{ kind: 'farewell', farewell: 'goodbye', refusal: 'code-expired' }, `${sentences['code-expired'] ?? ''} Goodbye.`],
    [
      { kind: 'announce', announcement: { price: { amount: '1.20', currency: 'CHF' }, balance: null } },
      'The price is (1.20 CHF) a minute. Press one to place it.',
    ],
    [
      { kind: 'announce', announcement: { price: null, balance: { amount: '12.30', currency: 'EUR' } } },
      'Your balance is (12.30 EUR)',
    ],
    [{ kind: 'farewell', farewell: 'busy', refusal: null }, 'The line is busy.'],
  ])('%j', (prompt, text) => {
    expect(heard(prompt)).toBe(text);
  });

  it('is a sentence for everything that the controller can say', () => {
    const refusals = [...spokenRefusals, 'no-digits'] as const;
    const prompts: Prompt[] = [
      ...asks.flatMap((ask) => [null, ...refusals].map((refusal): Prompt => ({ kind: 'ask', ask, refusal }))),
      ...farewells.map((farewell): Prompt => ({ kind: 'farewell', farewell, refusal: null })),
    ];
    expect(prompts.map(heard).filter((text) => text.includes('[') || text === '')).toEqual([]);
  });

  it('is the id if there is no sentence', () => {
    expect(promptText('phrase:billing_ask_code:code-unknown', {})).toBe('[code-unknown] [ask-code]');
    expect(promptText('phrase:other:thing', {})).toBe('[other:thing]');
    expect(readSentences('/no/such/file.json')).toEqual({});
  });

  it('is a beep for a tone and nothing for silence', () => {
    expect(promptText('tone_stream://%(200,0,800)', sentences)).toBe('(beep)');
    expect(promptText('silence_stream://10', sentences)).toBe('');
  });
});
