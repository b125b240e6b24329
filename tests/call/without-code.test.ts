import { describe, expect, it } from '@jest/globals';
import type { CallEvent } from '../../src/call/machine/events.ts';
import {
  accepted,
  allowed,
  arrived,
  asked,
  codeLaterOptions,
  exampleAccount,
  keyed,
  machineOptions,
  runCall as run,
} from './events.ts';

const none: CallEvent = { type: 'no-last-code' };
const number = '8016424655';
const decided = (code: 'needed' | 'later'): CallEvent => ({ ...allowed, code });

describe('# instead of a code', () => {
  it.each<['prompted' | 'shortcut' | 'direct', CallEvent[], string[]]>([
    ['prompted', [arrived('prompted'), keyed(''), none, keyed(number)], ['code:first', 'number:first']],
    ['prompted', [arrived('prompted'), keyed(`**${number}`), none], ['code:first']],
    ['shortcut', [arrived('shortcut'), keyed(''), none, keyed(number)], ['shortcut:first', 'number:first']],
    ['shortcut', [arrived('shortcut'), keyed(`**${number}`), none], ['shortcut:first']],
    ['direct', [arrived('direct', number), decided('needed'), keyed(''), none], ['code:first']],
  ])('%s: places the call uncoded where its type may be', (_entry, events, prompts) => {
    const { state, effects } = run([...events, decided('later')], codeLaterOptions);
    expect(asked(effects)).toEqual(prompts);
    expect(effects.filter(({ type }) => type === 'decide').at(-1)).toMatchObject({ number, codeLater: true });
    expect(state).toMatchObject({ name: 'recording', allowed: { payer: { kind: 'code-later' } } });
  });

  it('is no digits where the type of the call needs a code, and counts as a try', () => {
    const again = [decided('needed'), keyed(''), none];
    const events = [arrived('direct', number), ...again, ...again, ...again, decided('needed')];
    const { state, effects } = run(events, codeLaterOptions);
    expect(asked(effects)).toEqual(['code:first', 'code:no-digits', 'code:no-digits']);
    expect(state).toMatchObject({ name: 'leaving', ending: { outcome: 'abandoned', reason: 'no-digits' } });
  });

  it('is taken back by a code that is keyed after all', () => {
    const events = [arrived('shortcut'), keyed(''), none, keyed(`12345**${number}`)];
    const { effects } = run([...events, accepted], codeLaterOptions);
    expect(effects.at(-1)).toMatchObject({ type: 'decide', account: exampleAccount, codeLater: false });
  });

  it('stands for the last code, where there is one', () => {
    const { state } = run([arrived('shortcut'), keyed(`**${number}`), accepted, decided('needed')], codeLaterOptions);
    expect(state).toMatchObject({
      ...{ name: 'recording', gathered: { code: '12345' } },
      allowed: { payer: { kind: 'account', account: exampleAccount } },
    });
  });

  it('is no digits where nothing else is wanted, and a number without a code cannot be read: as ever', () => {
    for (const options of [machineOptions, { ...codeLaterOptions, codeLater: false }]) {
      const { effects } = run([arrived('prompted'), keyed(''), none], options);
      expect(asked(effects)).toEqual(['code:first', 'code:no-digits']);
    }
    expect(run([arrived('prompted'), keyed('')], machineOptions).effects.map(({ type }) => type)).not.toContain(
      'check-last-code',
    );
    const { effects } = run([arrived('shortcut'), keyed(`**${number}`)], machineOptions);
    expect(asked(effects)).toEqual(['shortcut:first', 'shortcut:entry-malformed']);
  });

  it('is nothing where only the time has run out', () => {
    const { effects } = run([arrived('prompted'), keyed('', false)], codeLaterOptions);
    expect(asked(effects)).toEqual(['code:first', 'code:no-digits']);
  });

  it('gives way to an emergency number, at any prompt', () => {
    for (const digits of ['**911', '911', '112#']) {
      const { effects } = run([arrived('shortcut'), keyed(''), none, keyed(digits)], codeLaterOptions);
      expect(effects.map(({ type }) => type)).toContain('notify-emergency');
    }
  });
});
