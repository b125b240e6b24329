import { randomInt } from 'node:crypto';
import { generateCode } from '../policy/codes/generate.ts';
import { lengthFor, type GuessingBudget } from '../policy/codes/length.ts';
import type { Result } from '../words/result.ts';
import type { Directory } from './nouns.ts';

/** As many digits as the codes of a site need, with one more account. */
const neededDigits = async (directory: Pick<Directory, 'countAccounts'>, guessing: GuessingBudget) =>
  lengthFor((await directory.countAccounts()) + 1, guessing);

/**
 * A new billing code: random, not weak, and no slip of the finger away from another one. `digits`: null: as many as the site's guessing
 * budget demands.
 */
export async function newCode(
  directory: Pick<Directory, 'countAccounts' | 'codesAmong' | 'listExtensions'>,
  guessing: GuessingBudget,
  digits: number | null = null,
): Promise<Result<string>> {
  const length = digits ?? (await neededDigits(directory, guessing));
  const extensions = new Set((await directory.listExtensions()).map(({ number }) => number));
  const code = await generateCode(length, {
    random: (below) => randomInt(below),
    taken: (codes) => directory.codesAmong(codes),
    isExtension: (text) => extensions.has(text),
  });
  if (code !== null) return { ok: true, value: code };
  return { ok: false, problem: `there is no good code of ${length} digits left: more digits are needed` };
}
