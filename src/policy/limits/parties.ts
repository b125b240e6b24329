/** Who and what limits a call: whoever pays, the phone, the department that it is charged to, and where it goes. The site comes last. */

export const partyKinds = ['account', 'extension', 'department', 'destination'] as const;
export type PartyKind = (typeof partyKinds)[number];

type Named<Limited> = Limited & { name: string };

/** Of a call. Null: no account pays, or the directory does not know the phone. Absent: none. */
export type Parties<Limited> = {
  account: Limited | null;
  extension: Limited | null;
  department?: Named<Limited> | null;
  destinations?: readonly Named<Limited>[];
};

/** The same by their ids. */
export type PartyIds = {
  accountId: number | null;
  extensionId: number | null;
  departmentId?: number | null;
  destinationIds?: readonly number[];
};

/** `called`: as rules and people name it. */
export type ListedParty<Limited> = { name: PartyKind; called: string; limited: Limited };

/** In the order in which they are asked. */
export function listed<Limited>({
  account,
  extension,
  department = null,
  destinations = [],
}: Parties<Limited>): ListedParty<Limited>[] {
  const all: ListedParty<Limited>[] = [];
  if (account !== null) all.push({ name: 'account', called: 'account', limited: account });
  if (extension !== null) all.push({ name: 'extension', called: 'extension', limited: extension });
  if (department !== null)
    all.push({ name: 'department', called: `department ${department.name}`, limited: department });
  for (const destination of destinations)
    all.push({ name: 'destination', called: `destination ${destination.name}`, limited: destination });
  return all;
}

/** One of them. */
export type PartyRef = { kind: PartyKind; id: number };

export function refsOf({ accountId, extensionId, departmentId = null, destinationIds = [] }: PartyIds): PartyRef[] {
  const all: PartyRef[] = [];
  if (accountId !== null) all.push({ kind: 'account', id: accountId });
  if (extensionId !== null) all.push({ kind: 'extension', id: extensionId });
  if (departmentId !== null) all.push({ kind: 'department', id: departmentId });
  for (const id of destinationIds) all.push({ kind: 'destination', id });
  return all;
}

export const idsOf = ({
  account,
  extension,
  department = null,
  destinations = [],
}: Parties<{ id: number }>): PartyIds => ({
  ...{ accountId: account?.id ?? null, extensionId: extension?.id ?? null, departmentId: department?.id ?? null },
  destinationIds: destinations.map(({ id }) => id),
});

/** Something for each of every kind, by id. */
export type ByParty<Value> = Readonly<Record<PartyKind, Map<number, Value>>>;

export const byParty = <Value>(): ByParty<Value> => ({
  account: new Map(),
  extension: new Map(),
  department: new Map(),
  destination: new Map(),
});
