import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
beforeAll(async () => {
  console = await startTestConsole();
});
afterAll(() => console.dispose());

const named = async (name: string) => (await console.store.listDestinations()).find((one) => one.name === name);

describe('limits by destination', () => {
  it('are added, changed and removed by a manager, and that is noted', async () => {
    const manager = await console.as('manager');
    const added = await manager.post('/destinations', {
      ...{ name: 'Satellites', prefixes: '8816, 870', callTypes: 'international', 'minutes a day': '' },
      ...{ minutesPerDay: '60', moneyPerMonth: '500' },
    });
    expect(added.text).toContain('The destination was added.');
    const one = await named('Satellites');
    expect(one).toMatchObject({ prefixes: ['8816', '870'], callTypes: ['international'], minutesPerDay: 60 });
    const list = (await manager.get('/destinations')).text;
    expect(list).toContain('minutes a day 60, money a month 500');
    const path = `/destinations/${one?.id ?? 0}`;
    const form = (await manager.get(path)).text;
    const version = /name="version" value="([^"]+)"/.exec(form)?.[1] ?? '';
    const values = { name: 'Satellites', prefixes: '8816', callTypes: '', minutesPerDay: '30', moneyPerMonth: '' };
    expect((await manager.post(path, { ...values, version: 'old' })).text).toContain('Somebody else changed this');
    expect((await manager.post(path, { ...values, version })).text).toContain('The destination was changed.');
    expect(await named('Satellites')).toMatchObject({
      prefixes: ['8816'],
      minutesPerDay: 30,
      moneyPerMonth: null,
    });
    expect((await manager.post(`${path}/remove`)).text).toContain('The destination was removed');
    expect(await console.store.listDestinations()).toEqual([]);
    const lines = await console.store.listAudit({ limit: 10 });
    expect(lines.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['destination-added', 'destination-changed', 'destination-removed']),
    );
  });

  it.each([
    [{ name: 'Nowhere' }, 'call types'],
    [{ name: 'Bad', prefixes: '0044' }, 'is not the beginning of a number'],
    [{ name: '', prefixes: '44' }, 'name'],
  ])('%j is refused, with what was typed still there', async (typed, why) => {
    const { status, text } = await (await console.as('manager')).post('/destinations', typed);
    expect(status).toBe(422);
    expect(text).toContain(why);
    if (typed.name !== '') expect(text).toContain(`value="${typed.name}"`);
    expect(await console.store.listDestinations()).toEqual([]);
  });

  it('are seen by a reporter and an auditor, and not by a viewer or a caller', async () => {
    await console.store.addDestination({ name: 'Premium', callTypes: ['premium'], minutesPerDay: 5 });
    for (const role of ['reporter', 'auditor'] as const) {
      const page = await (await console.as(role)).get('/destinations');
      expect(page.text).toContain('Premium');
      expect(page.text).not.toContain('/destinations/new');
      expect((await (await console.as(role)).post('/destinations', { name: 'x', prefixes: '1' })).status).toBe(403);
    }
    for (const role of ['viewer', 'caller'] as const)
      expect((await (await console.as(role)).get('/destinations')).status).toBe(403);
  });
});
