import { describe, expect, it } from '@jest/globals';
import { accountFields, departmentFields, extensionFields } from '../../../src/words/directory.ts';
import type { Account, Extension } from '../../../src/words/directory.ts';
import type { FieldsOf, FieldTable } from '../../../src/words/directory/field.ts';
import type { Spread } from '../../../src/words/directory/restriction.ts';

const tables: [string, FieldTable][] = [
  ['accounts', accountFields],
  ['extensions', extensionFields],
  ['departments', departmentFields],
];

describe.each(tables)('the fields of %s', (_entity, fields) => {
  it.each(['header', 'sqlite', 'sqlServer'] as const)('have each a %s of its own', (part) => {
    const parts = Object.values(fields).map((field) => field[part]);
    expect(new Set(parts).size).toBe(parts.length);
  });

  it('have former names that no field has now', () => {
    const headers = Object.values(fields).map(({ header }) => header);
    for (const { formerly } of Object.values(fields)) expect(headers).not.toContain(formerly);
  });
});

describe('a table of fields', () => {
  it('does not compile without a field of its entity, with one too many, or with one of another kind', () => {
    const { name, ...rest } = accountFields;
    // @ts-expect-error -- the name is missing
    const withoutName = rest satisfies FieldsOf<Spread<Account>>;
    // @ts-expect-error -- an account has no place
    const withPlace = { name, ...rest, place: extensionFields.place } satisfies {
      [k in keyof Spread<Account>]: unknown;
    };
    // @ts-expect-error -- a name is no number
    const withNumber = { ...extensionFields, name: extensionFields.minimumDigits } satisfies FieldsOf<
      Spread<Extension>
    >;
    expect([withoutName, withPlace, withNumber]).toHaveLength(3);
  });
});
