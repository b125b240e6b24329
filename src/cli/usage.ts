/** What the person at the terminal has to put right; ends the command with exit code 2. */
export class UsageError extends Error {}

export const print = (stream: NodeJS.WritableStream, text: string) => void stream.write(`${text}\n`);

export function onlyOne(positionals: readonly string[], what: string): string {
  const [one, ...more] = positionals;
  if (one === undefined || more.length > 0) throw new UsageError(`expected one ${what}`);
  return one;
}
