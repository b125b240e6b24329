import type { Account } from '../words/directory.ts';
import type { FieldTable } from '../words/directory/field.ts';
import { guardedText } from '../words/clean-text.ts';
import { csvLine } from '../words/csv-line.ts';
import type { Result } from '../words/result.ts';
import { problemsOf, shownTexts, type View } from './showing.ts';

/** Writing CSV files that an import takes again, and that change nothing then. */

type Exported = { id: number; unreadable?: Parameters<typeof problemsOf>[0]['unreadable'] };

/** All fields of each, below a header row. The problem: what cannot be written as it is stored. */
export function exportedCsv(fields: FieldTable, entities: readonly Exported[], view: View): Result<string> {
  const payers = payerNames(view.payers);
  const lines: string[] = [csvLine(Object.values(fields).map(({ header }) => header))];
  for (const entity of entities) {
    const [problem] = problemsOf(entity.unreadable === undefined ? {} : { unreadable: entity.unreadable });
    if (problem !== undefined) return { ok: false, problem: `cannot be exported before this is mended: ${problem}` };
    const texts: string[] = [];
    for (const { name, field, text } of shownTexts(fields, entity, { ...view, showCodes: true })) {
      const payer = field.kind === 'account' ? payers((entity as Record<string, unknown>)[name]) : text;
      if (payer === null) {
        return { ok: false, problem: `several accounts have the name of a ${field.header}: rename all but one` };
      }
      texts.push(guardedText(payer));
    }
    lines.push(csvLine(texts));
  }
  return { ok: true, value: lines.join('') };
}

/** An account is named, because its code is a secret; null: a name that others have too would be another one when read again. */
function payerNames(payers: ReadonlyMap<number, Account>): (id: unknown) => string | null {
  const counts = new Map<string, number>();
  for (const { name } of payers.values()) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  return (id) => {
    const account = typeof id === 'number' ? payers.get(id) : undefined;
    if (account === undefined) return '';
    return counts.get(account.name.toLowerCase()) === 1 ? account.name : null;
  };
}
