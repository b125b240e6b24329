import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { ReportFilters } from '../../../reports/report.ts';
import type { AskedStatement } from '../../../reports/statements/issued.ts';
import { addressesIn } from '../../../words/mail-address.ts';
import { erasedName } from './emptied.ts';

/** The person as the directory has them. */
type Person = { id: number; name: string; mail: string; client: string; isOnlyOfClient: number };

type Issued = { number: string; issuedAt: number; asked: string; sentTo: string };
type Receipt = { schedule: string; dueAt: number; recipient: string; sentTo: string; isUnderWay: number };

const selectPerson = `SELECT id, name, mail, client, NOT EXISTS (SELECT 1 FROM accounts other
  WHERE other.client = a.client COLLATE NOCASE AND other.id <> a.id) AS isOnlyOfClient FROM accounts a WHERE id = ?`;

const selectReceipts = `SELECT schedule, due_at AS dueAt, recipient, sent_to AS sentTo, EXISTS (SELECT 1 FROM report_deliveries d
  WHERE d.schedule = r.schedule AND d.due_at = r.due_at AND d.delivered_at IS NULL) AS isUnderWay
FROM report_recipients r WHERE sent_to IS NOT '${erasedName}' ORDER BY schedule, due_at, recipient`;

/** The same calls, asked for by the account's id alone. */
function withoutName({ account, ...filters }: ReportFilters, accountId: number): ReportFilters {
  return account === undefined ? filters : { ...filters, accountId };
}

/**
 * Makes the operation of the writer that takes a person out of what was sent, to be run inside its transaction: the names and addresses of
 * statements and of recipients. Numbers, dates, calls and charges stay, and each statement can still be corrected. A receipt of a delivery
 * that is under way stays, as nobody is to get it twice; answers how many there are.
 */
export function prepareErasingStatements(db: Database): (asked: { accountId: number }) => number {
  const personOf = db.prepare<[number], Person>(selectPerson);
  const eraseIssued = prepareErasingIssued(db);
  const eraseReceipts = prepareErasingReceipts(db);
  return ({ accountId }) => {
    db.pragma('secure_delete = ON');
    const person = personOf.get(accountId) ?? { id: accountId, name: '', mail: '', client: '', isOnlyOfClient: 0 };
    eraseIssued(person);
    return eraseReceipts(person);
  };
}

function prepareErasingIssued(db: Database): (person: Person) => void {
  const select = db.prepare<[], Issued>(
    'SELECT number, issued_at AS issuedAt, asked, sent_to AS sentTo FROM issued_statements',
  );
  const key = 'number = @number AND issued_at = @issuedAt AND asked = @asked';
  // The key that `payerKey` gives a client without a name, and its corrected statements from now on.
  const erase = db.prepare(
    `UPDATE OR REPLACE issued_statements SET payer = @payer, name = '${erasedName}', client = '',
  sent_to = iif(sent_to = '', '', '${erasedName}'), asked = @now WHERE ${key}`,
  );
  const readdress = db.prepare(`UPDATE issued_statements SET sent_to = @sentTo WHERE ${key}`);
  return ({ id, mail }) => {
    const own = new Set(addressesIn(mail));
    for (const one of select.all()) {
      const asked = JSON.parse(one.asked) as AskedStatement;
      if (!asked.parts.some(({ accountId }) => accountId === id)) continue;
      const row = { number: one.number, issuedAt: one.issuedAt, asked: one.asked };
      if (asked.parts.every(({ accountId }) => accountId === id) && asked.by !== 'department') {
        const [filters, parts] = [withoutName(asked.filters, id), asked.parts.map((part) => withoutName(part, id))];
        erase.run({ ...row, payer: `account ${id}`, now: JSON.stringify({ ...asked, filters, parts }) });
      } else {
        // Of a client with other accounts: its name is not this person's, the address may be.
        const sentTo = one.sentTo.split(', ').map((address) => (own.has(address) ? erasedName : address));
        readdress.run({ ...row, sentTo: sentTo.join(', ') });
      }
    }
  };
}

function prepareErasingReceipts(db: Database): (person: Person) => number {
  const select = db.prepare<[], Receipt>(selectReceipts);
  const erase = db.prepare(
    `UPDATE report_recipients SET recipient = @now, name = iif(@isName, '${erasedName}', name), sent_to = '${erasedName}',
  error = iif(error IS NULL, NULL, '${erasedName}') WHERE schedule = @schedule AND due_at = @dueAt AND recipient = @recipient`,
  );
  // Of a run as a whole: it names some of those who did not get it.
  const eraseErrors = db.prepare<{ text: string }>(
    `UPDATE report_deliveries SET error = '${erasedName}' WHERE delivered_at IS NOT NULL AND instr(error, @text) > 0`,
  );
  const eraseGivenUp = db.prepare<{ text: string }>(
    `UPDATE report_recipients SET error = '${erasedName}' WHERE instr(error, @text) > 0 AND NOT EXISTS (SELECT 1 FROM report_deliveries d
  WHERE d.schedule = report_recipients.schedule AND d.due_at = report_recipients.due_at AND d.delivered_at IS NULL)`,
  );
  return ({ id, name, mail, client, isOnlyOfClient }) => {
    const own = new Set(addressesIn(mail));
    const keys = [
      `account ${id}`,
      ...(client !== '' && isOnlyOfClient === 1 ? [`client ${client.toLowerCase()}`] : []),
    ];
    let underWay = 0;
    for (const { schedule, dueAt, recipient, sentTo, isUnderWay } of select.all()) {
      const isTheirs = keys.some((key) => recipient === key || recipient.startsWith(`${key} `));
      // An address that the schedule itself has is its own recipient.
      if (!isTheirs && (!own.has(sentTo) || recipient === sentTo)) continue;
      underWay += isUnderWay;
      if (isUnderWay === 1) continue;
      const now = `account ${id} ${erasedName} ${randomUUID()}`;
      erase.run({ schedule, dueAt, recipient, now, isName: isTheirs ? 1 : 0 });
    }
    for (const text of [name, ...own].filter((one) => one !== '')) {
      eraseErrors.run({ text });
      eraseGivenUp.run({ text });
    }
    return underWay;
  };
}
