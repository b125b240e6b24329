import { parseArgs } from 'node:util';
import { newCode } from '../../directory/new-code.ts';
import { auditCodes, type WeakCode } from '../../policy/codes/audit.ts';
import { lengthFor } from '../../policy/codes/length.ts';
import type { Weakness } from '../../policy/codes/weakness.ts';
import type { CodeHolder } from '../../store/ports/directory-admin.ts';
import { maskCode } from '../../words/mask-code.ts';
import type { DirectoryContext } from '../directory/context.ts';
import type { KeyMaking } from '../directory/members.ts';
import { tableLines } from '../table.ts';
import { print, printJson, UsageError } from '../usage.ts';

function digitsOf(text: unknown): number | null {
  if (text === undefined) return null;
  if (typeof text !== 'string' || !/^(?:[4-9]|1\d|20)$/.test(text)) {
    throw new UsageError('--digits must be a whole number from 4 to 20');
  }
  return Number(text);
}

/** `accounts add --generate`. */
export const codeMaking: KeyMaking = {
  options: { generate: { type: 'boolean' }, digits: { type: 'string' } },
  async make({ generate, digits: typed }, { store, guessing }) {
    const digits = digitsOf(typed);
    if (generate !== true) {
      if (digits !== null) throw new UsageError('--digits belongs to --generate');
      return null;
    }
    const made = await newCode(store, guessing, digits);
    if (!made.ok) throw new UsageError(`${made.problem} (--digits)`);
    return made.value;
  },
};

const texts: Readonly<Record<Weakness, string>> = {
  short: 'too short',
  sequence: 'digits in sequence',
  repeats: 'digits that repeat',
  'well-known': 'well known',
  'date-like': 'like a date',
  extension: 'an extension',
  'near-another': 'nearly another code',
};

/** `accounts audit`. */
export async function audit(args: string[], { store, stdout, guessing }: DirectoryContext): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean' }, 'show-codes': { type: 'boolean' }, digits: { type: 'string' } },
  });
  const [holders, extensions] = [await store.listCodes(), await store.listExtensions()];
  const minimumLength = digitsOf(values.digits) ?? lengthFor(holders.length, guessing);
  const known = { minimumLength, extensions: new Set(extensions.map(({ number }) => number)) };
  const weak = auditCodes(holders, known);
  const shown = values['show-codes'] === true ? (code: string) => code : maskCode;
  if (values.json === true) {
    const accounts = weak.map((one) => jsonOf(one, shown));
    printJson(stdout, { accounts: holders.length, minimumDigits: minimumLength, weak: accounts }, 0);
  } else {
    const said = `${weak.length} of ${holders.length} codes are weak; codes here need ${minimumLength} digits.`;
    print(stdout, weak.length === 0 ? said : [...tableLines([head, ...weak.map((one) => row(one, shown))]), '', said]);
  }
  return weak.length === 0 ? 0 : 1;
}

const head = ['CODE', 'NAME', 'STATE', 'WEAK BECAUSE', 'NEARLY THAT OF'];

function row({ holder, weaknesses, nearTo }: WeakCode<CodeHolder>, shown: (code: string) => string): string[] {
  const because = weaknesses.map((weakness) => texts[weakness]).join(', ');
  const other = nearTo === null ? '' : `${nearTo.name} (${shown(nearTo.code)})`;
  return [shown(holder.code), holder.name, holder.enabled ? 'enabled' : 'disabled', because, other];
}

const jsonOf = ({ holder, weaknesses, nearTo }: WeakCode<CodeHolder>, shown: (code: string) => string) => ({
  ...{ code: shown(holder.code), name: holder.name, enabled: holder.enabled, weaknesses },
  near: nearTo === null ? null : { code: shown(nearTo.code), name: nearTo.name },
});
