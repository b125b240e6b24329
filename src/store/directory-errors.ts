import { StoreError } from './ports/store-error.ts';

/** What both stores say of a change of the directory that cannot be. */

export const departmentExists = (name: string): StoreError =>
  new StoreError('duplicate', `There is already a department "${name}".`);

export const destinationExists = (name: string): StoreError =>
  new StoreError('duplicate', `There is already a destination "${name}".`);

export const destinationNowhere = (name: string): StoreError =>
  new StoreError(
    'invalid',
    `Destination "${name}" needs call types or prefixes: all calls together are limited by limits.* of the configuration.`,
  );

export function departmentInUse(name: string, use: { accounts: number; extensions: number }): StoreError {
  const users = [counted(use.accounts, 'account'), counted(use.extensions, 'extension')].filter((text) => text !== '');
  return new StoreError(
    'invalid',
    `Department "${name}" is in use by ${users.join(' and ')}: give them another department, or none, first.`,
  );
}

export const codeTwice = (): StoreError => new StoreError('duplicate', 'The import names a code more than once.');

export const numberTwice = (): StoreError => new StoreError('duplicate', 'The import names a number more than once.');

export const noDefaultAccount = (): StoreError =>
  new StoreError('invalid', 'The account that should pay for forwarded calls does not exist: name another one.');

const counted = (count: number, what: string): string =>
  count === 0 ? '' : `${count} ${count === 1 ? what : `${what}s`}`;
