import { prefixText, type RateTerms } from '../rate.ts';

type PlacedRate = Pick<RateTerms, 'prefix' | 'scope' | 'validFromMs' | 'validUntilMs'> & { line: number };

/**
 * Whether two rates of a file contradict each other. They must be adjacent when all rates are sorted by prefix, then by
 * scope, then by valid-from (null first). A rate without an end may be followed by any other; one with an end must end before the next begins.
 */
export function conflictOf(earlier: PlacedRate, later: PlacedRate): { line: number; error: string } | null {
  if (earlier.prefix !== later.prefix || earlier.scope !== later.scope) return null;
  const [first, second] = earlier.line <= later.line ? [earlier, later] : [later, earlier];
  const prefix = prefixText(earlier.prefix) + (earlier.scope === 'all' ? '' : `, ${earlier.scope},`);
  if (earlier.validFromMs === later.validFromMs) {
    return { line: second.line, error: `prefix ${prefix} is a duplicate of the one in line ${first.line}` };
  }
  if (earlier.validUntilMs === null || earlier.validUntilMs <= (later.validFromMs ?? -Infinity)) return null;
  return {
    line: second.line,
    error: `prefix ${prefix}: its validity period overlaps with the one in line ${first.line}`,
  };
}
