import { describe, expect, it } from '@jest/globals';
import { clickToDial } from '../../src/operations/click-to-dial.ts';
import { siteDialling } from '../../src/operations/loopback.ts';
import { systemClock as clock } from '../../src/words/clock.ts';

/** As FreeSWITCH answers `global_getvar`. */
const variables = (...lines: string[]): string => ['hostname=fs1', 'domain=10.0.0.5', ...lines, ''].join('\n');
const dialling = (...lines: string[]) => siteDialling(() => Promise.resolve(variables(...lines)));

describe('how the site is dialled', () => {
  it.each([
    [[], '9', 'PCMU,PCMA'],
    [['billing_dial_shortcut=77', 'billing_codecs=G722,PCMA'], '77', 'G722,PCMA'],
    [['billing_dial_shortcut=\\*9'], '*9', 'PCMU,PCMA'],
    [['billing_dial_shortcut=(\\*9|9)'], '*9', 'PCMU,PCMA'],
  ])('%j', async (lines, dialled, codecs) => {
    expect(await dialling(...lines)).toEqual({ dialled, codecs });
  });

  it.each([
    [
      ['billing_dial_shortcut=9\\d+'],
      /billing_dial_shortcut of FreeSWITCH, 9\\d\+, does not begin with a plain number/,
    ],
    [['billing_dial_shortcut=9 &hangup'], /does not begin with a plain number/],
    [['billing_codecs=PCMU} evil'], /billing_codecs of FreeSWITCH is no list/],
  ])('%j is refused', async (lines, says) => {
    await expect(dialling(...lines)).rejects.toThrow(says);
  });

  it('is how click to dial goes into the dialplan, and is known before a phone rings', async () => {
    const asked: string[] = [];
    const ask =
      (lines: string[]) =>
      (command: string, args = '') => {
        asked.push(`${command} ${args}`.trim());
        if (command === 'module_exists') return Promise.resolve('true');
        return Promise.resolve(command === 'global_getvar' ? variables(...lines) : '+OK 0123-4567');
      };
    const click = { extension: '201', endpoint: 'sofia/gateway/3cx/201', code: '12345', number: '8016424655' };
    const lines = ['billing_dial_shortcut=\\*9', 'billing_codecs=G722,PCMA'];
    expect(await clickToDial(click, { ask: ask(lines), clock })).toMatchObject({ ok: true });
    expect(asked.find((line) => line.includes('loopback/'))).toContain('loopback/*9/billing/XML');
    expect(asked.find((line) => line.includes('absolute_codec_string G'))).toContain('G722,PCMA');
    asked.length = 0;
    const refused = await clickToDial(click, { ask: ask(['billing_dial_shortcut=9.*']), clock });
    expect(refused).toEqual({ ok: false, problem: expect.stringContaining('billing_dial_shortcut') });
    expect(asked.filter((line) => line.startsWith('originate'))).toEqual([]);
  });
});
