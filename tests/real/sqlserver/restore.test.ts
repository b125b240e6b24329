import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSimulator, type Simulator } from '../../../src/simulator/freeswitch.ts';
import { eventually, happens, startTestController, type TestController } from '../../support/controller.ts';
import { createDatabase, type TestDatabase } from './server.ts';

/** Another database is made meanwhile, on a machine that may have much else to do. */
const patienceMs = 120_000;

let database: TestDatabase;
let controller: TestController;
let simulator: Simulator;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.empty();
  await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('111', N'Smith'), ('222', N'Jones')`);
  controller = await startTestController({
    ...{ 'sqlserver.connectionString': database.connectionString, 'sqlserver.syncMs': '100', 'log.level': 'info' },
  });
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}`, paceMs: 0 });
  await soon(async () => (await controller.store.listAccounts()).length === 2);
});
afterEach(async () => {
  simulator.close();
  await controller.dispose();
});

const run = (text: string) => database.pool.request().batch(text);
const soon = (is: () => Promise<boolean>) => eventually(async () => ((await is()) ? true : null), patienceMs);
const dial = async (code: string): Promise<string> => {
  const keys = [`${code}**8016424655#`];
  return (await simulator.placeCall({ dialled: '9', keys, outOfKeys: 'hang-up' }).finished).callId;
};
const number = async (text: string): Promise<number> =>
  Number((await database.pool.request().query<{ N: number | string }>(text)).recordset[0]?.N);
const ended = (callId: string) =>
  soon(
    async () =>
      (await number(`SELECT COUNT(*) AS N FROM dbo.CallRecords WHERE CallId = '${callId}' AND EndedAt IS NOT NULL`)) ===
      1,
  );
const isEnabled = async (code: string): Promise<boolean | undefined> =>
  (await controller.store.findAccountByCode(code))?.enabled;
/** The controller's mark says that it has sent everything so far, and read all changes. */
const marked = async (): Promise<void> => {
  const before = await number('SELECT MAX(Beat) AS N FROM dbo.ControllerMarks');
  await soon(async () => (await number('SELECT MAX(Beat) AS N FROM dbo.ControllerMarks')) > before + 1);
};
/** Account 111 was changed last, in the change after this one, whose number was another one's before. */
async function onlyChangeOf111(lastChange: number): Promise<void> {
  await run(`DELETE FROM dbo.DirectoryChanges WHERE Id > ${lastChange}`);
  await run(`SET IDENTITY_INSERT dbo.DirectoryChanges ON;
INSERT INTO dbo.DirectoryChanges (Id, TableName, RowId) SELECT ${lastChange} + 1, 'accounts', Id FROM dbo.Accounts WHERE Code = '111';
SET IDENTITY_INSERT dbo.DirectoryChanges OFF;`);
}

/** A backup of before there were accounts; until the controller has seen it. */
async function restoredToNothing(): Promise<void> {
  await run('DELETE FROM dbo.ControllerMarks');
  await run(`DISABLE TRIGGER dbo.TR_Accounts_Changes ON dbo.Accounts`);
  await run('DELETE FROM dbo.Accounts; DELETE FROM dbo.DirectoryChanges');
  await run(`ENABLE TRIGGER dbo.TR_Accounts_Changes ON dbo.Accounts`);
  await soon(() => Promise.resolve(controller.logged().includes('it has no account at all')));
}

describe('after a restore of the database', () => {
  it('revocations count whose numbers had been read before, and the records that it lost are sent again', async () => {
    const early = await dial('111');
    await ended(early);
    await marked();
    // The backup ends here.
    const lastChange = await number('SELECT MAX(Id) AS N FROM dbo.DirectoryChanges');
    for (let change = 0; change < 5; change += 1)
      await run(`UPDATE dbo.Accounts SET Name = N'Jones ${change}' WHERE Code = '222'`);
    const late = [await dial('111'), await dial('222')];
    for (const callId of late) await ended(callId);
    await soon(async () => (await controller.store.findAccountByCode('222'))?.name === 'Jones 4');
    await marked();

    await run(`UPDATE dbo.Accounts SET Name = N'Jones' WHERE Code = '222'`);
    await run(`DELETE FROM dbo.DirectoryChanges WHERE Id > ${lastChange}`);
    await run(`DELETE FROM dbo.CallRecords WHERE CallId <> '${early}'`);
    // Its number is one that the controller read long ago.
    await run(`UPDATE dbo.Accounts SET Enabled = 0 WHERE Code = '111'`);
    await onlyChangeOf111(lastChange);

    await soon(async () => (await isEnabled('111')) === false);
    await soon(async () => (await controller.store.findAccountByCode('222'))?.name === 'Jones');
    for (const callId of late) await ended(callId);
    expect(await number('SELECT COUNT(*) AS N FROM dbo.CallRecords')).toBe(3);
    await happens(() => controller.logged().includes('a backup was restored'));
  });

  it('it is noticed by the marks alone, where nothing of the directory had changed', async () => {
    await marked();
    const [beat, sentUpTo] = [
      await number('SELECT MAX(Beat) AS N FROM dbo.ControllerMarks'),
      await number('SELECT MAX(SentUpTo) AS N FROM dbo.ControllerMarks'),
    ];
    const late = [await dial('111'), await dial('222')];
    for (const callId of late) await ended(callId);
    await marked();
    await run('DELETE FROM dbo.CallRecords');
    await run(`UPDATE dbo.ControllerMarks SET Beat = ${beat}, SentUpTo = ${sentUpTo} WHERE Beat > ${beat}`);
    for (const callId of late) await ended(callId);
    await happens(() => controller.logged().includes('it has lost marks of this controller'));
  });

  it('a database that was used before a copy of it was is copied afresh, and gets what was sent to the copy', async () => {
    await marked();
    const lastChange = await number('SELECT MAX(Id) AS N FROM dbo.DirectoryChanges');
    // The copy: the same identity, later changes of its own, and calls that are there alone.
    await run(`UPDATE dbo.Accounts SET Name = N'Jones & Son' WHERE Code = '222'`);
    await soon(async () => (await controller.store.findAccountByCode('222'))?.name === 'Jones & Son');
    const sentUpTo = await number('SELECT MAX(SentUpTo) AS N FROM dbo.ControllerMarks');
    const late = [await dial('111'), await dial('222')];
    for (const callId of late) await ended(callId);
    await marked();
    // Back to the first one, which has marks of a longer time, and where another change has the number of that of the copy.
    await run('DELETE FROM dbo.CallRecords');
    await run(`UPDATE dbo.ControllerMarks SET Beat = Beat + 1000, SentUpTo = ${sentUpTo}`);
    await run(
      `UPDATE dbo.Accounts SET Enabled = 0 WHERE Code = '111'; UPDATE dbo.Accounts SET Name = N'Jones' WHERE Code = '222'`,
    );
    await onlyChangeOf111(lastChange);

    await soon(async () => (await isEnabled('111')) === false);
    await soon(async () => (await controller.store.findAccountByCode('222'))?.name === 'Jones');
    for (const callId of late) await ended(callId);
    await happens(() => controller.logged().includes('knows more of the local file'));
  });

  it('to a state without any account, as of before the move, the copy is not emptied, and calls go on by it', async () => {
    await marked();
    const accounts = `INSERT INTO dbo.Accounts (Code, Name) VALUES ('111', N'Smith'), ('333', N'Brown')`;
    await restoredToNothing();
    expect((await controller.store.listAccounts()).map(({ code }) => code)).toEqual(['111', '222']);
    const late = await dial('222');
    await soon(async () => (await controller.store.findCallRecord(late))?.outcome === 'answered');
    // A later backup: it goes on by itself, and gets what was kept.
    await run(accounts);
    await soon(async () => (await controller.store.findAccountByCode('333')) !== null);
    await soon(async () => (await controller.store.findAccountByCode('222')) === null);
    await ended(late);
  });

  it('to a state without any account, it is emptied once an administrator says so', async () => {
    await marked();
    await restoredToNothing();
    await controller.store.askAgain('an administrator asked for it');
    await soon(async () => (await controller.store.listAccounts()).length === 0);
  });

  it('by hand: a new history has everything copied again, and what is missing sent again', async () => {
    const lost = await dial('111');
    await ended(lost);
    await marked();
    await run('DELETE FROM dbo.CallRecords');
    await run('EXEC dbo.usp_BeginHistory');
    await ended(lost);
    await happens(() => controller.logged().includes('usp_BeginHistory'));
    expect(await isEnabled('222')).toBe(true);
  });
});
