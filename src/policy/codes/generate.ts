import { neighbourhood } from './neighbourhood.ts';
import { weaknessesOf } from './weakness.ts';

export type Generating = {
  /** A random whole number from 0 on, less than this. Not to be guessed: of node:crypto. */
  random: (below: number) => number;
  /** Which of these are in use, or are extensions. */
  taken: (digits: readonly string[]) => Promise<readonly string[]>;
  isExtension: (digits: string) => boolean;
};

/** Of random codes of a sensible length nearly all are good; more tries mean that there is no room. */
const maximumTries = 200;

/** A random code of this length that is not weak, and that no slip of the finger turns into another one; null: there is no room for one. */
export async function generateCode(length: number, { random, taken, isExtension }: Generating): Promise<string | null> {
  for (let tries = 0; tries < maximumTries; tries += 1) {
    const code = Array.from({ length }, () => String(random(10))).join('');
    if (weaknessesOf(code, { minimumLength: length, isExtension }).length > 0) continue;
    if ((await taken(neighbourhood(code))).length === 0) return code;
  }
  return null;
}
