import type { ReportContext } from './report-context.ts';
import type { Asked } from '../../reports/request.ts';
import type { Correction } from '../../reports/statements/compose.ts';
import type { IssuedStatement } from '../../reports/statements/issued.ts';
import { layoutNamed } from '../../reports/statements/layouts.ts';
import { payersOf, type ContentOptions } from '../../reports/write.ts';
import { payerKey, type Payer } from '../../reports/statements/payer.ts';
import { print, UsageError } from '../usage.ts';

/** Statements that are issued by hand: noted, so that somebody is told where their calls change, and corrected ones. */

/** The statement that is to be corrected. Throws a `UsageError`. */
export function statementToCorrect(number: string, { issued }: Pick<ReportContext, 'issued'>): IssuedStatement {
  const standing = issued?.standing().filter((one) => one.number === number) ?? [];
  const [found] = standing;
  if (found !== undefined) return found;
  const former = issued?.numbered(number) ?? [];
  throw new UsageError(
    former.length === 0
      ? `--correct: no statement ${number} has gone out ("billing-codes report statements" lists them)`
      : `--correct: another statement has taken the place of ${number} already: correct that one`,
  );
}

/** The same once more: what is asked for is the statement that is corrected. Throws a `UsageError`. */
export function correctedRequest({ request, format }: Asked, of: IssuedStatement): Asked {
  const layout = layoutNamed(of.asked.layout);
  if (!layout.ok) throw new UsageError(`--correct: ${layout.problem}`);
  const { by, filters, layout: layoutName } = of.asked;
  const statements = { by, layout: layout.value, layoutName };
  return { format, formerName: null, request: { ...request, period: of.period, filters, statements } };
}

/** `202603-A17-2`, `-3` … of the number that it all began with. */
function nextNumber(of: IssuedStatement, { issued }: Pick<ReportContext, 'issued'>): string {
  const first = of.corrects === '' ? of.number : of.number.replace(/-\d+$/, '');
  for (let nth = 2; ; nth++) {
    const number = `${first}-${nth}`;
    if ((issued?.numbered(number) ?? []).length === 0) return number;
  }
}

/** Whom it is for: as they are now, or, without any calls left, as they were. */
async function payerOf(of: IssuedStatement, asked: Asked, context: ReportContext): Promise<Payer> {
  const all = await payersOf(asked.request, context.source);
  const found = all.find((payer) => payerKey(payer) === of.payer);
  if (found !== undefined) return found;
  const id = Number(/^(?:account|department) (\d+)$/.exec(of.payer)?.[1] ?? 0);
  return {
    ...{ kind: of.asked.by, id: id === 0 ? null : id, name: of.name, client: of.client },
    ...{ matter: '', reference: '', address: [], mail: '' },
    parts: of.asked.parts.map((filters) => ({ account: null, filters })),
  };
}

/** What a corrected statement is made with. */
export async function correctionOptions(
  of: IssuedStatement,
  asked: Asked,
  context: ReportContext,
): Promise<Pick<ContentOptions, 'payers' | 'correction'>> {
  const correction: Correction = { of, number: nextNumber(of, context) };
  return { payers: [await payerOf(of, asked, context)], correction };
}

/** Notes what has been written. `output`: where to. */
export function noteIssued(
  made: readonly IssuedStatement[],
  output: string | undefined,
  { issued, stderr }: Pick<ReportContext, 'issued' | 'stderr'>,
): void {
  for (const one of made) issued?.save({ ...one, sentTo: output ?? '' });
  const numbers = made.length > 3 ? `${made.length} statements` : made.map(({ number }) => number).join(', ');
  print(stderr, made.length === 0 ? 'No statement was issued: there are no calls.' : `Issued: ${numbers}`);
}
