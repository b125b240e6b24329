import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { VersionedRow } from '../../../src/store/ports/console-replica.ts';
import { contentIn } from '../../../src/store/replication/merge-shared.ts';
import type { LocalStore } from '../../../src/store/sqlite/store.ts';
import { newUser } from '../../../src/web/new-user.ts';
import { unrestricted } from '../../../src/words/directory.ts';
import type { NewAuditEntry } from '../../../src/words/console.ts';
import { temporaryStores } from '../sqlite/temporary.ts';
import { database, share, shareTwice, systemOfRecord } from './two-consoles.ts';

const { open } = temporaryStores();

const entry = (subject: string, atMs = 1_000): NewAuditEntry => ({
  ...{ atMs, who: 'anna', address: '127.0.0.1', action: 'user-changed', subject, before: null, after: null },
});

const session = (userId: number, tokenHash: string) => ({
  ...({ tokenHash, userId, method: 'password', createdAtMs: 1, seenAtMs: 1, address: '', agent: '' } as const),
});

const userNamed = async (store: LocalStore, name: string) => {
  const user = await store.findUser(name);
  if (user === null) throw new Error(`nobody is called ${name}`);
  return user;
};

/** Everybody, but for ids, which are each controller's own. */
const peopleOf = async (store: LocalStore) => (await store.listUsers()).map((user) => ({ ...user, id: 0 }));

describe('the consoles of two controllers', () => {
  it('know the same people, tokens and lines of the audit trail', async () => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    const one = await first.addUser(newUser('Anna', 1), entry('user Anna'));
    const other = await second.addUser({ ...newUser('Ben', 1), role: 'manager' }, entry('user Ben', 2_000));
    await first.addToken(
      {
        ...{ userId: one.id, name: 'export', tokenHash: 'hash', scopes: ['calls:read'], createdAtMs: 1 },
        ...{ expiresAtMs: 9e12, usedAtMs: null, revokedAtMs: null },
      },
      entry('token export'),
    );
    await shareTwice(record, first, second);
    expect(await peopleOf(first)).toEqual(await peopleOf(second));
    expect((await first.listUsers()).map(({ name }) => name)).toEqual(['Anna', 'Ben']);
    const token = await second.findToken('hash');
    expect(token).toMatchObject({ name: 'export', scopes: ['calls:read'], revokedAtMs: null });
    expect(token?.userId).toBe((await userNamed(second, 'anna')).id);
    await second.revokeToken(token?.id ?? 0, 5_000, entry('token export', 5_000));
    await second.changeUser(other.id, { extension: '205' }, entry('user Ben', 4_000));
    await share(second, record.of('second'));
    await share(first, record.of('first'));
    expect(await first.findToken('hash')).toMatchObject({ revokedAtMs: 5_000 });
    expect(await userNamed(first, 'ben')).toMatchObject({ extension: '205' });
    const trail = await first.listAudit({ limit: 10 });
    expect(trail.map(({ subject, controller }) => [subject, controller])).toEqual([
      ['token export', 'second'],
      ['user Ben', 'second'],
      ['user Ben', 'second'],
      ['token export', null],
      ['user Anna', null],
    ]);
  });

  it('end the sessions of whoever is disabled, or may do other things than before, and no other', async () => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    const { id } = await first.addUser(newUser('Anna', 1), entry('user Anna'));
    await share(first, record.of('first'));
    await share(second, record.of('second'));
    const there = (await userNamed(second, 'anna')).id;
    const changes = [{ extension: '7' }, { role: 'auditor' }, { passwordHash: 'x' }, { isEnabled: false }] as const;
    for (const [at, change] of changes.entries()) {
      await second.openSession(session(there, `session ${at}`), entry('signed in'));
      await first.changeUser(id, change, null);
      await share(first, record.of('first'));
      await share(second, record.of('second'));
      expect(await second.listSessions(there)).toHaveLength(at === 0 ? 1 : 0);
    }
    await first.changeUser(id, { isEnabled: true }, null);
    for (const store of [first, second]) await share(store, record.of(store === first ? 'first' : 'second'));
    await second.openSession(session(there, 'last'), entry('signed in'));
    await first.openSession(session(id, 'here'), entry('signed in'));
    await first.endSessions({ userId: id, tokenHash: 'here', idleSinceMs: 0 });
    await share(first, record.of('first'));
    await share(second, record.of('second'));
    expect(await second.listSessions(there)).toHaveLength(1);
    await first.endSessions({ userId: id, tokenHash: null, idleSinceMs: 0 });
    await share(first, record.of('first'));
    await share(second, record.of('second'));
    expect(await second.listSessions(there)).toEqual([]);
  });

  it('have one person of a name, as the system of record knew it first', async () => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    await first.addUser({ ...newUser('admin', 1), role: 'administrator', passwordHash: 'one' }, entry('user admin'));
    await second.addUser({ ...newUser('Admin', 1), role: 'administrator', passwordHash: 'two' }, entry('user Admin'));
    await shareTwice(record, first, second);
    for (const store of [first, second])
      expect(await store.listUsers()).toMatchObject([{ name: 'admin', passwordHash: 'one' }]);
    // Two names that become the same while neither knows of the other.
    const ben = await first.addUser(newUser('Ben', 1), entry('user Ben'));
    await shareTwice(record, first, second);
    await first.changeUser(ben.id, { name: 'Carl', extension: '9' }, entry('user Ben'));
    await second.addUser(newUser('Carl', 1), entry('user Carl'));
    await share(second, record.of('second'));
    await shareTwice(record, first, second);
    expect((await first.listUsers()).map(({ name }) => name)).toEqual(['admin', 'Ben', 'Carl']);
    expect(await userNamed(first, 'Ben')).toMatchObject({ extension: '9' });
    expect(await peopleOf(first)).toEqual(await peopleOf(second));
  });

  it('have the same templates, and know which accounts have them', async () => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    const template = (name: string) => ({ name, restriction: { ...unrestricted, maximumDigits: 7 }, changedAtMs: 1 });
    const local = await first.saveTemplate(null, template('No calls abroad'), entry('template', 1));
    const other = await first.saveTemplate(null, template('Short'), entry('template', 2));
    await second.saveTemplate(null, { ...template('no calls ABROAD'), changedAtMs: 9 }, entry('template', 3));
    await first.noteTemplate(7, local);
    await first.noteTemplate(8, other);
    await first.noteTemplate(9, other);
    await shareTwice(record, first, second);
    expect(await second.listTemplates()).toMatchObject([
      { name: 'No calls abroad', uses: 1, changedAtMs: 1, restriction: { maximumDigits: 7 } },
      { name: 'Short', uses: 2 },
    ]);
    await second.noteTemplate(8, null);
    await second.noteTemplate(9, (await second.templateOf(7))?.id ?? null);
    await first.removeTemplate(other, entry('template', 4));
    const again = await first.saveTemplate(null, template('Short'), entry('template', 5));
    await first.noteTemplate(8, again);
    await shareTwice(record, second, first);
    await shareTwice(record, first, second);
    for (const store of [first, second]) {
      expect((await store.listTemplates()).map(({ name, uses }) => [name, uses])).toEqual([
        ['No calls abroad', 2],
        ['Short', 1],
      ]);
      expect((await store.templateOf(8))?.name).toBe('Short');
    }
    const third = await open();
    await share(third, record.of('third'));
    expect((await third.listTemplates()).map(({ name, uses }) => [name, uses])).toEqual([
      ['No calls abroad', 2],
      ['Short', 1],
    ]);
  });

  it('have the same saved reports with their schedules, and both of one name that were made before they met', async () => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    const { id } = await first.addUser(newUser('Anna', 1), entry('user Anna'));
    const other = await second.addUser(newUser('Ben', 1), entry('user Ben'));
    const saved = (userId: number, name: string, query: string) => ({
      ...{ userId, name, query, report: 'usage-by-account', madeAtMs: 1, schedule: null },
    });
    const { id: reportId, key } = await first.saveReport(saved(id, 'Month', 'a=1'), entry('Month'));
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    await shareTwice(record, first, second);
    const anna = (await userNamed(second, 'anna')).id;
    expect(await second.listSavedReports(anna)).toMatchObject([{ key, name: 'Month', query: 'a=1', schedule: null }]);
    await first.scheduleReport(reportId, { name: 'Month-1', every: 'week' }, entry('Month'));
    // While neither hears from the other.
    await first.saveReport(saved(id, 'Week', 'of=first'), entry('Week'));
    await second.saveReport(saved(anna, 'week', 'of=second'), entry('week'));
    await second.saveReport(saved(other.id, 'Week', 'of=ben'), entry('Week'));
    await shareTwice(record, first, second);
    await shareTwice(record, first, second);
    const reportsOf = async (store: LocalStore) =>
      (await store.listSavedReports(null)).map(({ name, query, schedule }) => [name, query, schedule]);
    for (const store of [first, second]) {
      expect(await reportsOf(store)).toEqual(
        expect.arrayContaining([
          ['Month', 'a=1', { name: 'Month-1', every: 'week' }],
          ['Week', 'of=first', null],
          ['week (2)', 'of=second', null],
          ['Week', 'of=ben', null],
        ]),
      );
      expect(await reportsOf(store)).toHaveLength(4);
    }
    const [there] = await second.listSavedReports(anna);
    await second.removeSavedReport(there?.id ?? 0, entry('Month'));
    await second.saveReport(saved(anna, 'Month', 'a=2'), entry('Month'));
    await shareTwice(record, first, second);
    await shareTwice(record, second, first);
    for (const store of [first, second])
      expect((await reportsOf(store)).filter(([name]) => name === 'Month')).toEqual([['Month', 'a=2', null]]);
  });

  it('take a token whose user was changed after it', async () => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    const { id } = await first.addUser(newUser('Anna', 1), entry('user Anna'));
    await first.addToken(
      {
        ...{ userId: id, name: 'export', tokenHash: 'hash', scopes: [], createdAtMs: 1 },
        ...{ expiresAtMs: 9e12, usedAtMs: null, revokedAtMs: null },
      },
      entry('token'),
    );
    await share(first, record.of('first'));
    await first.changeUser(id, { signedInAtMs: 5 }, null);
    await share(first, record.of('first'));
    expect(await share(second, record.of('second'))).toEqual([]);
    expect(await second.findToken('hash')).not.toBeNull();
  });

  it('send again what a restore has taken from the system of record', async () => {
    const record = systemOfRecord();
    const store = await open();
    const { id } = await store.addUser(newUser('Anna', 1), entry('user Anna'));
    await share(store, record.of('first'));
    const backup = new Map(record.rows);
    await store.changeUser(id, { isEnabled: false }, entry('user Anna', 3_000));
    await share(store, record.of('first'));
    record.rows.clear();
    for (const [key, row] of backup) record.rows.set(key, row);
    record.lines.length = 0;
    const restored = { ...database, historyId: '2' };
    await share(store, record.of('first'), restored);
    await share(store, record.of('first'), restored);
    expect(await userNamed(store, 'anna')).toMatchObject({ isEnabled: false });
    expect([...record.rows.values()]).toMatchObject([{ content: { isEnabled: 0 } }]);
    expect(record.lines).toHaveLength(2);
    expect(await store.listAudit({ limit: 10 })).toHaveLength(2);
  });

  it('take what can be taken, and say what cannot', async () => {
    const record = systemOfRecord();
    const store = await open();
    const odd = (key: string, content: VersionedRow['content'], version: number): void =>
      void record.rows.set(`user ${key}`, { kind: 'user', key, content, version });
    const user = await open();
    await user.addUser(newUser('Anna', 1), entry('user Anna'));
    await share(user, record.of('second'));
    odd('empty', {}, 2);
    odd('wrong', { name: 'Wrong', isEnabled: 7 }, 3);
    const shared = { ...record.of('first'), latest: () => Promise.resolve({ version: 3, audit: 0 }) };
    expect(await share(store, shared)).toHaveLength(2);
    expect((await store.listUsers()).map(({ name }) => name)).toEqual(['Anna']);
  });

  it('name a saved report whose schedule nobody can read, and have the others', async () => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    const { id: userId } = await first.addUser(newUser('Anna', 1), entry('user Anna'));
    const saved = { userId, query: '', report: 'calls', madeAtMs: 1, schedule: null };
    for (const name of ['Month', 'Week', 'Year']) await first.saveReport({ ...saved, name }, entry(name));
    await share(first, record.of('first'));
    const spoilt = new Map<unknown, string>([
      ['Week', '{"name": '],
      ['Year', '7'],
    ]);
    for (const [at, row] of record.rows) {
      const schedule = spoilt.get(row.content['name']);
      if (schedule !== undefined) record.rows.set(at, { ...row, content: { ...row.content, schedule } });
    }
    const problems = await share(second, record.of('second'));
    expect(problems.sort()).toEqual([
      expect.stringMatching(/saved-report "Week" .*schedule is not a JSON object/),
      expect.stringMatching(/saved-report "Year" .*schedule is not a JSON object/),
    ]);
    expect((await second.listSavedReports(null)).map(({ name }) => name)).toEqual(['Month']);
  });

  it('show a line of the audit trail that was written by hand, whatever is in it', async () => {
    const record = systemOfRecord();
    const store = await open();
    const written = ['{"a": ', '7', '[1]', '{"charge": 7, "to": {"id": 1}}', '{"name": "Anna"}'];
    for (const [at, after] of written.entries()) {
      const line = { ...entry(`line ${at}`, at), before: null, after };
      record.lines.push({ ...line, id: at + 1, controller: 'by hand' });
    }
    await share(store, record.of('first'));
    const trail = await store.listAudit({ limit: 10 });
    expect(trail.map(({ after }) => after).reverse()).toEqual([
      { '…': '{"a": ' },
      { '…': '7' },
      { '…': '[1]' },
      { charge: '7', to: '{"id":1}' },
      { name: 'Anna' },
    ]);
  });

  it('go on where somebody gave a row a version that nobody has come to, and name that row', async () => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    const { id } = await first.addUser(newUser('Anna', 1), entry('user Anna'));
    await first.addUser(newUser('Ben', 1), entry('user Ben'));
    await shareTwice(record, first, second);
    const ben = [...record.rows.values()].find(({ content }) => content['name'] === 'Ben');
    if (ben === undefined) throw new Error('Ben is not there');
    for (const version of [2 ** 63, 0]) {
      record.rows.set(`user ${ben.key}`, { ...ben, version });
      const extension = String(100 + Math.min(version, 1));
      await first.changeUser(id, { extension }, null);
      await share(first, record.of('first'));
      expect(await share(second, record.of('second'), database, 2)).toEqual([
        expect.stringMatching(/user "Ben" .*RowKey .*Version/),
      ]);
      expect(await userNamed(second, 'anna')).toMatchObject({ extension });
    }
  });

  it('name the row of whom they do not take, and let nobody be what nobody knows', async () => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    await first.addUser({ ...newUser('Anna', 1), role: 'auditor' }, entry('user Anna'));
    await shareTwice(record, first, second);
    const [anna] = record.rows.values();
    if (anna === undefined) throw new Error('Anna is not there');
    record.rows.set('spoilt', { ...anna, content: { ...anna.content, role: 'god' }, version: 2 });
    record.rows.delete(`user ${anna.key}`);
    const shared = { ...record.of('second'), latest: () => Promise.resolve({ version: 2, audit: 0 }) };
    expect(await share(second, shared)).toEqual([
      expect.stringMatching(new RegExp(`user "Anna" .*RowKey ${anna.key.slice(0, 8)}.*"god" is not a role`)),
    ]);
    expect(await userNamed(second, 'anna')).toMatchObject({ role: 'auditor' });
    const third = await open();
    await share(third, shared);
    expect(await third.listUsers()).toEqual([]);
  });

  it('read what somebody wrote as another would write it, and nothing of what nobody can read', () => {
    expect(contentIn('{"isEnabled":false,"name":"Anna","totpStep":3,"identity":null,"extension":["1"]}')).toEqual({
      ...{ isEnabled: 0, name: 'Anna', totpStep: 3, identity: null, extension: null },
    });
    for (const spoilt of ['', '{"name": ', 'null', '7', '"x"']) expect(contentIn(spoilt)).toEqual({});
  });
});

describe('rows that change on both sides', () => {
  /** Changes of one person on either controller, and looks at the other side. */
  const step = fc.oneof(
    fc.record({ at: fc.nat(1), kind: fc.constant('extension' as const), value: fc.stringMatching(/^[0-9]{1,4}$/) }),
    fc.record({ at: fc.nat(1), kind: fc.constant('passwordHash' as const), value: fc.stringMatching(/^[a-f]{4}$/) }),
    fc.record({ at: fc.nat(1), kind: fc.constant('totpStep' as const), value: fc.nat(1000) }),
    fc.record({ at: fc.nat(1), kind: fc.constant('isEnabled' as const), value: fc.boolean() }),
    fc.record({ at: fc.nat(1), kind: fc.constant('look' as const), value: fc.constant('') }),
  );

  it('end alike, with the last change of each field where nobody else changed it meanwhile', async () => {
    const stores = [await open(), await open()] as const;
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const record = systemOfRecord();
        const name = `Anna-${(runs += 1)}`;
        const look = (at: number) =>
          share(stores[at] ?? stores[0], record.of(`c${at}`), { databaseId: name, historyId: '1' });
        await stores[0].addUser(newUser(name, 1), entry(`user ${name}`));
        await look(0);
        await look(1);
        /** Of each field, by controller, what was made of it since both had the same. */
        const changedBy = new Map<string, Map<number, unknown>>();
        for (const { at, kind, value } of steps) {
          const store = stores[at] ?? stores[0];
          if (kind === 'look') await look(at);
          else {
            await store.changeUser((await userNamed(store, name)).id, { [kind]: value }, null);
            changedBy.set(kind, (changedBy.get(kind) ?? new Map<number, unknown>()).set(at, value));
          }
        }
        for (const at of [0, 1, 0, 1]) await look(at);
        const [one, other] = [await userNamed(stores[0], name), await userNamed(stores[1], name)];
        expect({ ...one, id: 0 }).toEqual({ ...other, id: 0 });
        for (const [kind, by] of changedBy)
          if (by.size === 1 && kind !== 'totpStep') expect(one).toMatchObject({ [kind]: [...by.values()][0] });
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
