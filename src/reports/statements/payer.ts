import type { Period } from '../period.ts';
import type { PayingAccount, ReportFilters, ReportSource } from '../report.ts';
import { none } from '../summary.ts';

/** What there is a statement for. */
export const payerKinds = ['account', 'client', 'department'] as const;
export type PayerKind = (typeof payerKinds)[number];

/** Who gets a statement. */
export type Payer = {
  kind: PayerKind;
  /** Of the account or department, or the lowest of the client's accounts; null: calls without one. */
  id: number | null;
  name: string;
  client: string;
  matter: string;
  reference: string;
  address: readonly string[];
  /** E-mail addresses, separated by commas; empty: none. */
  mail: string;
  /** The filters that give its calls: one for an account or department, one for each account of a client. */
  parts: readonly { account: PayingAccount | null; filters: ReportFilters }[];
};

/** The same whenever it is made: of a client, its name. */
export const payerKey = ({ kind, id, client }: Payer): string =>
  kind === 'client' && client !== ''
    ? `client ${client.toLowerCase()}`
    : `${kind === 'department' ? kind : 'account'} ${id ?? 0}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export type PayersQuery = { period: Period; filters: ReportFilters; by: PayerKind };

/** Who has calls in the period, by name. */
export async function payersWithCalls(source: ReportSource, { period, filters, by }: PayersQuery): Promise<Payer[]> {
  const group = by === 'department' ? 'department' : 'account';
  const idFilter = group === 'account' ? 'accountId' : 'departmentId';
  const labels = new Map<number | null, string>();
  for await (const { keys, answered } of source.summarize({ period, groupings: [group], filters })) {
    const [key] = keys;
    const id = typeof key?.key === 'number' ? key.key : null;
    if (answered > 0) labels.set(id, key?.label ?? none);
  }
  const departments = new Map((group === 'department' ? await source.departments() : []).map((one) => [one.id, one]));
  const accounts = new Map((group === 'account' ? await source.accounts() : []).map((one) => [one.id, one]));
  const departmentMail = (id: number | null) => (id === null ? '' : (departments.get(id)?.mail ?? ''));
  const payers = [...labels].map(([id, label]): Payer => {
    const account = id === null ? null : (accounts.get(id) ?? null);
    const { client, matter, reference, address, mail } = account ?? { ...nothingKnown, mail: departmentMail(id) };
    const part = { account, filters: { ...filters, [idFilter]: id } };
    return { kind: group, id, name: label, client, matter, reference, address, mail, parts: [part] };
  });
  const sorted = payers.sort((a, b) => compare(a.name, b.name) || (a.id ?? 0) - (b.id ?? 0));
  return by === 'client' ? byClient(sorted) : sorted;
}

const nothingKnown = { client: '', matter: '', reference: '', address: [] };

/** The accounts of each client together; one without a client is a client of its own. */
function byClient(payers: readonly Payer[]): Payer[] {
  const clients = new Map<string, Payer>();
  for (const payer of payers) {
    const key = payer.client === '' ? `account ${payer.id ?? ''}` : `client ${payer.client.toLowerCase()}`;
    const known = clients.get(key);
    clients.set(key, known === undefined ? asClient(payer) : joined(known, payer));
  }
  return [...clients.values()].sort((a, b) => compare(a.name, b.name));
}

const asClient = (payer: Payer): Payer => ({
  ...payer,
  kind: 'client',
  name: payer.client === '' ? payer.name : payer.client,
});

/** What differs between the accounts of a client is said with each, and not of the client. */
function joined(client: Payer, payer: Payer): Payer {
  const same = (a: string, b: string) => (a === b ? a : '');
  return {
    ...client,
    id: client.id === null || payer.id === null ? (client.id ?? payer.id) : Math.min(client.id, payer.id),
    matter: same(client.matter, payer.matter),
    reference: same(client.reference, payer.reference),
    address: client.address.length > 0 ? client.address : payer.address,
    mail: client.mail === '' ? payer.mail : client.mail,
    parts: [...client.parts, ...payer.parts],
  };
}
