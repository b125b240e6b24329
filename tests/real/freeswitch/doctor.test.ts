import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../../cli/run.ts';
import { agreement, gone, trunks } from './doctor/agreement-faults.ts';
import type { Fault } from './doctor/fault.ts';
import { configuration, lastCalls, machine, sqlServer } from './doctor/machine-faults.ts';
import { openDoctorSite, type DoctorSite } from './doctor/site.ts';
import { sounds, theDialplan, theSwitch } from './doctor/switch-faults.ts';

/** In the order in which they are planted. */
const faults: readonly Fault[] = [
  configuration,
  machine,
  lastCalls,
  sqlServer,
  theSwitch,
  theDialplan,
  sounds,
  agreement,
  trunks,
  gone,
].flat();

let site: DoctorSite;
beforeAll(async () => {
  site = await openDoctorSite();
}, 120_000);
afterAll(() => site.dispose());

describe('the doctor, asking a real FreeSWITCH', () => {
  it('finds nothing on a sound system', async () => {
    const sound = await run(['doctor', '--strict'], { ...site.env });
    expect(sound.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('ok '))).toEqual([]);
    expect(sound).toMatchObject({ code: 0, stderr: '' });
  });

  it('finds each setting of the controller that does not fit', async () => {
    mkdirSync(join(site.base, 'elsewhere'));
    const looks = async (extra: Record<string, string>): Promise<string[]> =>
      (await site.examine(extra)).wrong.map(({ check }) => check);
    expect(await looks({ BILLING_CDR_DIR: join(site.base, 'elsewhere') })).toEqual(['cdr-settings']);
    expect(await looks({ BILLING_CDR_DIR: '' })).toEqual(['cdr-settings']);
    expect(await looks({ BILLING_DIAL_PLAN_COUNTRY: 'GB' })).toEqual(
      expect.arrayContaining(['route-emergency', 'emergency-numbers', 'outside-line']),
    );
  });

  it.each(faults)(
    'finds $what, says what to do, and finds nothing else',
    async (fault) => {
      const { plant, checks, found, toDo, isFault = true } = fault;
      const planted = typeof plant === 'function' ? await plant(site) : await site.edited(plant);
      try {
        const { code, stderr, wrong } = await site.examine(planted.env);
        expect(stderr).toBe('');
        expect([...new Set(wrong.map(({ check }) => check))].sort()).toEqual([...checks].sort());
        const own = wrong.filter(({ check }) => check === checks[0]);
        expect(own.map((finding) => finding.found).join('\n')).toMatch(found);
        if (toDo !== undefined) expect(own.map((finding) => finding.toDo).join('\n')).toMatch(toDo);
        for (const { toDo } of wrong) expect(toDo).toMatch(/\S/);
        expect([own[0]?.level, code]).toEqual(isFault ? ['error', 1] : ['warning', 0]);
      } finally {
        await planted.undo?.();
      }
    },
    90_000,
  );
});
