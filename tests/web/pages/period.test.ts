import { describe, expect, it } from '@jest/globals';
import { askedPeriod, settled } from '../../../src/web/pages/period.ts';

const asked = (text: string) => askedPeriod(new URLSearchParams(text), 'last-7-days');
const days = { preset: '', from: '2026-01-01', to: '2026-01-31' };

describe('the period that a form asks for', () => {
  it.each([
    ['', { preset: 'last-7-days', from: '', to: '' }],
    ['preset=today', { preset: 'today', from: '', to: '' }],
    ['from=2026-01-01&to=2026-01-31', days],
    // The form began with a choice of its list, and days were typed.
    ['was=last-7-days&preset=last-7-days&from=2026-01-01&to=2026-01-31', days],
    ['was=last-7-days&preset=last-7-days&from=&to=2026-01-31', { ...days, from: '' }],
    // It began with these days, and another choice was made.
    ['was=&preset=this-month&from=2026-01-01&to=2026-01-31', { preset: 'this-month', from: '', to: '' }],
    // Other days were typed.
    ['was=&preset=&from=2026-01-01&to=2026-01-31', days],
    ['was=today&preset=&from=2026-01-01&to=2026-01-31', days],
    ['was=today&preset=yesterday&from=&to=', { preset: 'yesterday', from: '', to: '' }],
    // A link of somebody's own, as before.
    ['preset=today&from=2026-01-01', { preset: 'today', from: '', to: '' }],
  ])('%s', (text, period) => {
    expect(asked(text)).toEqual(period);
  });

  it('is the same behind a link to the same question', () => {
    const query = new URLSearchParams('was=today&preset=today&from=2026-01-01&to=2026-01-31&account=A&number=&said=x');
    expect(settled(query)).toEqual({ ...days, account: 'A' });
    expect(askedPeriod(new URLSearchParams(settled(query)), 'today')).toEqual(days);
  });
});
