import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planReminders, type Ground, type WaitingCall } from '../../../src/notify/reminders/plan.ts';

const dayMs = 86_400_000;
const call = (callId: string, startedAtMs: number, extension = '201'): WaitingCall => ({
  ...{ callId, extension, startedAtMs, billableMs: 60_000, calledE164: '+18015550100', keyedNumber: '8015550100' },
});
const phones = [
  { number: '201', mail: 'anna@example.org', departmentId: 1 },
  { number: '202', mail: '', departmentId: 2 },
];
const departments = [
  { id: 1, name: 'Sales', mail: 'sales@example.org, boss@example.org' },
  { id: 2, name: 'Legal', mail: '' },
];
const ground: Ground = {
  ...{ phones, departments, sent: () => false, nowMs: 100 * dayMs, deadlineMs: 7 * dayMs, escalateTo: [] },
};
const now = ground.nowMs;

describe('planReminders', () => {
  it('reminds a phone once of all its calls, until the last of them is due', () => {
    const calls = [call('a', now - dayMs), call('b', now - 2 * dayMs)];
    const { mails } = planReminders(calls, ground);
    expect(mails).toMatchObject([
      { kind: 'reminder', extension: '201', to: ['anna@example.org'], isLast: false, untilMs: now + 6 * dayMs, calls },
    ]);
    const sent = (callId: string, kind: string) => kind === 'reminder' && ['a', 'b'].includes(callId);
    expect(planReminders(calls, { ...ground, sent }).mails).toEqual([]);
    expect(planReminders([...calls, call('c', now)], { ...ground, sent }).mails).toHaveLength(1);
  });

  it('and once more before a call is due', () => {
    const sent = (_callId: string, kind: string) => kind === 'reminder';
    const { mails } = planReminders([call('a', now - 6.5 * dayMs)], { ...ground, sent });
    expect(mails).toMatchObject([{ isLast: true, says: [['a', 'last-reminder']] }]);
  });

  it('past the deadline tells the department, or whoever is named for those without', () => {
    const late = [call('a', now - 7 * dayMs), call('b', now - 8 * dayMs, '202'), call('c', now - 9 * dayMs, '999')];
    const plan = planReminders(late, ground);
    expect(plan.mails).toMatchObject([
      { kind: 'escalation', department: 'Sales', to: ['sales@example.org', 'boss@example.org'], calls: [late[0]] },
    ]);
    expect(plan.untold.map(({ callId }) => callId)).toEqual(['b', 'c']);
    const named = planReminders(late, { ...ground, escalateTo: ['desk@example.org'] });
    expect(named.untold).toEqual([]);
    expect(named.mails[1]).toMatchObject({ department: null, to: ['desk@example.org'], calls: late.slice(1) });
  });

  it('never says the same of a call twice, nor to somebody else than its phone or department', () => {
    const calls = fc.uniqueArray(
      fc.record({ id: fc.nat(99), days: fc.nat(40), phone: fc.constantFrom('201', '202', '999', '') }),
      { selector: ({ id }) => id },
    );
    fc.assert(
      fc.property(calls, (given) => {
        const waiting = given.map(({ id, days, phone }) => call(String(id), now - days * dayMs, phone));
        const said = new Set<string>();
        for (let day = 0; day < 10; day += 1) {
          const at = {
            ...{ ...ground, nowMs: now + day * dayMs },
            sent: (callId: string, kind: string) => said.has(`${callId} ${kind}`),
          };
          for (const mail of planReminders(waiting, at).mails) {
            if (mail.kind === 'reminder')
              expect(mail.calls.every((one) => one.extension === mail.extension)).toBe(true);
            for (const says of mail.says) {
              expect(said.has(says.join(' '))).toBe(false);
              said.add(says.join(' '));
            }
          }
        }
        for (const { callId, extension } of waiting)
          if (extension === '201') expect(said.has(`${callId} escalation`)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
