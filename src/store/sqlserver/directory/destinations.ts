import type sql from 'mssql';
import { isSomewhere, type Destination, type DestinationInput } from '../../../words/directory.ts';
import { destinationExists, destinationNowhere } from '../../directory-errors.ts';
import { destinations } from '../../tables/directory.ts';
import { namedOf } from './named.ts';
import { destinationOf, selectDestinations } from './rows.ts';

/** Changes of destinations, inside a transaction. They throw a `StoreError` or mssql's error. */

const named = namedOf<Destination, DestinationInput>(destinations, {
  ...{ select: selectDestinations, read: destinationOf, exists: destinationExists },
});

function check(given: Partial<DestinationInput>, known: Destination | null): void {
  const { callTypes = [], prefixes = [], name = '' } = { ...known, ...given };
  if (!isSomewhere({ callTypes, prefixes })) throw destinationNowhere(name);
}

export function addDestination(transaction: sql.Transaction, input: DestinationInput): Promise<Destination> {
  check(input, null);
  return named.add(transaction, input);
}

export async function updateDestination(
  transaction: sql.Transaction,
  name: string,
  changes: Partial<DestinationInput>,
): Promise<Destination | null> {
  const known = await named.byName(transaction, name);
  if (known !== null) check(changes, known);
  return named.update(transaction, name, changes);
}

export async function importDestinations(
  transaction: sql.Transaction,
  inputs: readonly DestinationInput[],
): Promise<{ added: number; changed: number }> {
  for (const input of inputs) check(input, await named.byName(transaction, input.name));
  return named.importAll(transaction, inputs);
}

export const removeDestination = (transaction: sql.Transaction, name: string): Promise<Destination | null> =>
  named.remove(transaction, name, () => Promise.resolve());
