/** So many lines that are the same are shown before and after a change. */
const around = 2;

type Line = { sign: ' ' | '-' | '+'; text: string };

/** What becomes of one text in another, as `diff -u` shows it, without its headers; empty where they are the same. */
export function difference(before: string, after: string): string[] {
  const lines = compared(before.split('\n'), after.split('\n'));
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(({ sign }) => sign !== ' '),
  );
  return lines.flatMap(({ sign, text }, at) => {
    if (near[at] !== true) return [];
    const gap = at > 0 && near[at - 1] !== true ? ['…'] : [];
    return [...gap, `${sign}${text}`];
  });
}

/** By the longest common subsequence; files of a configuration have some hundred lines. */
function compared(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  const longest = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const same = before[i] === after[j];
      const skipped = Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
      longest[i * width + j] = same ? (longest[(i + 1) * width + j + 1] ?? 0) + 1 : skipped;
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [one, other] = [before[i], after[j]];
    if (one !== undefined && one === other) {
      lines.push({ sign: ' ', text: one });
      [i, j] = [i + 1, j + 1];
    } else if (
      one !== undefined &&
      (other === undefined || (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))
    ) {
      lines.push({ sign: '-', text: one });
      i += 1;
    } else {
      lines.push({ sign: '+', text: other ?? '' });
      j += 1;
    }
  }
  return lines;
}
