import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectAsSeen } from './judge.ts';
import { openLaboratory, usualNumber, type Laboratory } from './phones/laboratory.ts';
import type { Dialog } from './phones/dialog.ts';

let lab: Laboratory;

beforeAll(async () => {
  lab = await openLaboratory();
}, 120_000);
afterAll(() => lab.dispose(), 60_000);

const number = (index: number): string => `80164247${String(index).padStart(2, '0')}`;
const refer = (dialog: Dialog, target: string): Promise<number | null> =>
  dialog.request('REFER', {
    headers: [`Refer-To: <sip:${target}@127.0.0.1:${lab.freeswitch.sipPort}>`, 'Referred-By: <sip:201@127.0.0.1>'],
  });

describe('a transfer by REFER', () => {
  it.each(['caller', 'callee'] as const)(
    'from the %s is refused, 25 times, and the conversation is billed to its end',
    async (side) => {
      const before = (await lab.records()).length;
      const targets = ['8016424699', '202', '9', '8', usualNumber];
      const callers = await Promise.all(
        Array.from({ length: 25 }, async (_, index) => {
          await sleep(index * 120);
          const { caller, callee } = await lab.converse(number(index));
          const referrer = { caller, callee }[side];
          const status = await refer(referrer, targets[index % targets.length] ?? '');
          await sleep(300 + index * 20);
          (index % 2 === 0 ? caller : callee).hangUp();
          return { caller, callee, status };
        }),
      );
      expect(callers.map(({ status }) => status)).toEqual(callers.map(() => 405));
      expect(await lab.freeswitch.channelsLeft()).toBe(0);
      for (const { caller } of callers) {
        const { record, legs } = await lab.outcomeOf(caller);
        expect(record).toMatchObject({ outcome: 'answered', code: '12345' });
        expectAsSeen(record, legs);
      }
      expect(await lab.records()).toHaveLength(before + 25);
    },
    60_000,
  );
});
