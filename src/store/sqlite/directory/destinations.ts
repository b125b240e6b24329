import type { Database } from 'better-sqlite3';
import { isSomewhere, type Destination, type DestinationInput } from '../../../words/directory.ts';
import { destinationExists, destinationNowhere } from '../../directory-errors.ts';
import { destinations } from '../../tables/directory.ts';
import { prepareNamed } from './named.ts';
import { destinationOf, selectDestinations } from './rows.ts';

export type DestinationOperations = {
  addDestination: { input: DestinationInput; result: Destination };
  importDestinations: { input: readonly DestinationInput[]; result: { added: number; changed: number } };
  updateDestination: { input: { name: string; changes: Partial<DestinationInput> }; result: Destination | null };
  removeDestination: { input: string; result: Destination | null };
};

/** Changes of destinations, to be run inside a transaction. They throw a `StoreError`. */
export function prepareDestinations(db: Database) {
  const named = prepareNamed<Destination, DestinationInput>(
    db,
    { ...destinations, sqlite: 'destinations' },
    { select: selectDestinations, read: destinationOf, exists: destinationExists },
  );
  const checked = (given: Partial<DestinationInput>, known: Destination | null): void => {
    const { callTypes = [], prefixes = [], name = '' } = { ...known, ...given };
    if (!isSomewhere({ callTypes, prefixes })) throw destinationNowhere(name);
  };
  return {
    add(input: DestinationInput): Destination {
      checked(input, null);
      return named.add(input);
    },
    update(of: DestinationOperations['updateDestination']['input']): Destination | null {
      const known = named.byName(of.name);
      if (known !== null) checked(of.changes, known);
      return named.update(of);
    },
    importAll(inputs: readonly DestinationInput[]): { added: number; changed: number } {
      for (const input of inputs) checked(input, named.byName(input.name));
      return named.importAll(inputs);
    },
    remove: (name: string): Destination | null => named.remove(name, () => undefined),
  };
}
