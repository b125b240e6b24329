import { describe, expect, it } from '@jest/globals';
import { newInput } from '../../src/directory/inputs.ts';
import { accounts, extensions, type Directory, type Noun } from '../../src/directory/nouns.ts';
import { callTypes } from '../../src/words/call-type.ts';
import { departmentFields, destinationFields } from '../../src/words/directory.ts';
import type { Account, DepartmentInput, DestinationInput, Extension, Restriction } from '../../src/words/directory.ts';
import type { AnyField, FieldTable, Kind, KindValues } from '../../src/words/directory/field.ts';
import type { Member } from '../../src/words/directory/member.ts';
import { isRestriction } from '../../src/words/directory/restriction.ts';

/**
 * Walks the field tables: each field of each entity survives the store, by every way into it. A field whose migration was forgotten,
 * in the table itself or in that of an import, fails here.
 */

/** A value that no other field has, of the kind of the field. Of fields that bound each other, the later is the greater. */
const distinct: { readonly [K in Kind]: (n: number, field: AnyField) => KindValues[K] } = {
  'billing-code': (n) => String(1000 + n),
  phone: (n) => `p${n}`,
  name: (n) => `Name ${n}`,
  text: (n) => `Salle \u00e9 ${n}`,
  department: () => null,
  account: () => null,
  digits: (n) => n,
  limit: (n) => n,
  level: (n) => n,
  money: (n) => n * 3_000_000_000 + 1,
  moment: (n) => 1_700_000_000_000 + n * 1001,
  end: (n) => 1_700_000_000_000 + n * 1001,
  'yes-no': (_n, { otherwise }) => otherwise !== true,
  'shown-number': (n) => `+1801642${1000 + n}`,
  numbers: (n) => [`1801${n}`, `+44${n}`],
  prefixes: (n) => [`+1801${n}`, `33${n}`],
  'world-prefixes': (n) => [`1801${n}`, `44${n}`],
  hours: (n) => [`Mon-Fri 08:${10 + n}-18:00`],
  blocks: (n) => [`1900${n}`, `+49${n}`],
  'call-types': (n) => [callTypes[n % callTypes.length] ?? 'local', 'emergency'],
  address: (n) => [`${n} Rue de l\u2019\u00c9glise`, '75001 Paris'],
  mail: (n) => `a${n}@example.org, b${n}@example.org`,
};

type Context = { payerId: number };

/** Each field as an input takes it, with a value of its own. */
function distinctValues(fields: FieldTable, { payerId }: Context): { name: string; value: unknown }[] {
  return Object.entries(fields).map(([name, field], index) => {
    if (field.kind === 'department') return { name: 'department', value: `Department ${index}` };
    return { name, value: field.kind === 'account' ? payerId : distinct[field.kind](index + 1, field) };
  });
}

type Input = { restriction?: Restriction };

/** With another value in one of its fields. */
function withValue<T extends object>(input: T, { name, value }: { name: string; value: unknown }): T {
  if (!isRestriction(name)) return { ...input, [name]: value };
  const { restriction } = input as Input;
  return { ...input, restriction: { ...restriction, [name]: value } };
}

function fieldContract<Entity extends Member, Of extends Input>(noun: Noun<Entity, Of>, store: () => Directory): void {
  describe(`every field of ${noun.many}`, () => {
    const context = async (): Promise<Context> => ({
      payerId: (await store().addAccount({ code: '999', name: 'payer' })).id,
    });
    /** What an input has to look like once it is stored. */
    const stored = async (input: Required<Of>) => {
      const { department, ...rest } = input as Required<Of> & { department: string | null };
      const departments = await store().listDepartments();
      return { ...rest, departmentId: departments.find(({ name }) => name === department)?.id ?? null };
    };
    const full = async (): Promise<Required<Of>> =>
      distinctValues(noun.fields, await context()).reduce<Required<Of>>(withValue, newInput(noun));
    const keyOf = (input: Required<Of>) => String((input as Readonly<Record<string, unknown>>)[noun.key]);

    it('has a value of its own in this test', async () => {
      const values = distinctValues(noun.fields, await context()).map(({ value }) => JSON.stringify(value));
      const ofBooleans = ['true', 'false'];
      const others = values.filter((value) => !ofBooleans.includes(value));
      expect(new Set(others).size).toBe(others.length);
    });

    it('is kept when it is added', async () => {
      const input = await full();
      expect(await noun.add(store(), input)).toMatchObject(await stored(input));
      expect(await noun.find(store(), keyOf(input))).toMatchObject(await stored(input));
      const listed = (await noun.list(store())).find((one) => noun.keyOf(one) === keyOf(input));
      expect(listed).toMatchObject(await stored(input));
    });

    it('is kept when it is imported, new or known, and goes when it is left out of an import', async () => {
      const input = await full();
      expect(await noun.import(store(), [input])).toEqual({ added: 1, updated: 0 });
      expect(await noun.find(store(), keyOf(input))).toMatchObject(await stored(input));
      const plain = { ...newInput(noun), name: 'plain', [noun.key]: keyOf(input) };
      expect(await noun.import(store(), [plain])).toEqual({ added: 0, updated: 1 });
      expect(await noun.find(store(), keyOf(input))).toMatchObject(await stored(plain));
      expect(await noun.import(store(), [input])).toEqual({ added: 0, updated: 1 });
      expect(await noun.find(store(), keyOf(input))).toMatchObject(await stored(input));
    });

    it('changes alone', async () => {
      let input: Required<Of> = { ...newInput(noun), name: 'plain', [noun.key]: '7' };
      await noun.add(store(), input);
      for (const value of distinctValues(noun.fields, await context())) {
        const before = keyOf(input);
        input = withValue(input, value);
        const { restriction } = input;
        const change = isRestriction(value.name) ? { restriction } : { [value.name]: value.value };
        await noun.update(store(), before, change as Of);
        expect(await noun.find(store(), keyOf(input))).toMatchObject(await stored(input));
      }
    });
  });
}

function departmentFieldContract(store: () => Directory): void {
  describe('every field of departments', () => {
    const full = (): DepartmentInput =>
      Object.fromEntries(
        distinctValues(departmentFields, { payerId: 0 }).map(({ name, value }) => [name, value]),
      ) as DepartmentInput;

    it('is kept when it is added, changed or imported', async () => {
      const input = full();
      expect(await store().addDepartment(input)).toMatchObject(input);
      expect(await store().listDepartments()).toMatchObject([input]);
      expect(await store().listDepartmentUse()).toMatchObject([{ ...input, accounts: 0, extensions: 0 }]);
      await store().removeDepartment(input.name);
      await store().importDepartments([input]);
      expect(await store().listDepartments()).toMatchObject([input]);
      await store().removeDepartment(input.name);
      await store().addDepartment({ name: 'plain' });
      expect(await store().updateDepartment('plain', input)).toMatchObject(input);
      expect(await store().listDepartments()).toMatchObject([input]);
    });
  });
}

function destinationFieldContract(store: () => Directory): void {
  describe('every field of destinations', () => {
    const full = (): DestinationInput =>
      Object.fromEntries(
        distinctValues(destinationFields, { payerId: 0 }).map(({ name, value }) => [name, value]),
      ) as DestinationInput;

    it('is kept when it is added, changed or imported, by a name in any case', async () => {
      const input = full();
      expect(await store().addDestination(input)).toMatchObject(input);
      expect(await store().listDestinations()).toMatchObject([input]);
      await expect(store().addDestination({ ...input, name: input.name.toUpperCase() })).rejects.toMatchObject({
        code: 'duplicate',
      });
      expect(await store().removeDestination(input.name.toLowerCase())).toMatchObject(input);
      expect(await store().removeDestination(input.name)).toBeNull();
      expect(await store().importDestinations([input])).toEqual({ added: 1, changed: 0 });
      expect(await store().importDestinations([input])).toEqual({ added: 0, changed: 0 });
      expect(await store().listDestinations()).toMatchObject([input]);
      await store().removeDestination(input.name);
      const { id } = await store().addDestination({ name: 'plain', prefixes: ['53'] });
      expect(await store().updateDestination('PLAIN', input)).toMatchObject({ ...input, id });
      expect(await store().listDestinations()).toMatchObject([input]);
      expect(await store().importDestinations([{ name: input.name, callsAtATime: null }])).toEqual({
        ...{ added: 0, changed: 1 },
      });
      expect(await store().listDestinations()).toMatchObject([{ ...input, callsAtATime: null }]);
    });

    it('may be none only where it is still somewhere', async () => {
      await expect(store().addDestination({ name: 'all' })).rejects.toMatchObject({ code: 'invalid' });
      await store().addDestination({ name: 'premium', callTypes: ['premium'] });
      await expect(store().updateDestination('premium', { callTypes: [] })).rejects.toMatchObject({ code: 'invalid' });
      await expect(store().importDestinations([{ name: 'premium', callTypes: [] }])).rejects.toMatchObject({
        code: 'invalid',
      });
      await store().updateDestination('premium', { callTypes: [], prefixes: ['1900'] });
      expect(await store().listDestinations()).toMatchObject([{ callTypes: [], prefixes: ['1900'] }]);
    });
  });
}

/** An account and an extension with a value of its own in every field, added; so are their departments, and a destination. */
export async function addWithEveryField(store: Directory): Promise<{ account: Account; extension: Extension }> {
  const { id: payerId } = await store.addAccount({ code: '999', name: 'payer' });
  const full = <Entity extends Member, Of extends Input>(noun: Noun<Entity, Of>) =>
    noun.add(store, distinctValues(noun.fields, { payerId }).reduce<Required<Of>>(withValue, newInput(noun)));
  const { name, ...department } = Object.fromEntries(
    distinctValues(departmentFields, { payerId }).map((field) => [field.name, field.value]),
  );
  const added = { account: await full(accounts), extension: await full(extensions) };
  expect(name).toEqual(expect.any(String));
  for (const one of await store.listDepartments()) await store.updateDepartment(one.name, department);
  const destination = distinctValues(destinationFields, { payerId }).map((field) => [field.name, field.value]);
  await store.addDestination(Object.fromEntries(destination) as DestinationInput);
  return {
    account: (await store.findAccountById(added.account.id)) ?? added.account,
    extension: (await store.findExtension(added.extension.number)) ?? added.extension,
  };
}

export function fieldsContract(store: () => Directory): void {
  fieldContract(accounts, store);
  fieldContract(extensions, store);
  departmentFieldContract(store);
  destinationFieldContract(store);
}
