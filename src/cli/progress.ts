/** Where a bar can be drawn: a terminal. */
export type ProgressStream = { isTTY?: boolean; write(text: string): unknown };

export type Progress = {
  /** `of` null: not known yet. */
  show(what: string, done: number, of: number | null): void;
  /** Removes the bar. */
  end(): void;
};

const width = 30;
/** Shorter work needs no bar. */
const patienceMs = 500;
const drawEveryMs = 100;

const grouped = (count: number) => count.toLocaleString('en-US');

/** `Calls  ███████░░░  70 %  700 of 1,000` */
export function progressText(what: string, done: number, of: number | null): string {
  if (of === null || of === 0) return `${what}  ${grouped(done)}`;
  const share = Math.min(1, done / of);
  const full = Math.round(share * width);
  const bar = '█'.repeat(full) + '░'.repeat(width - full);
  return `${what}  ${bar}  ${Math.floor(share * 100)} %  ${grouped(done)} of ${grouped(of)}`;
}

/** Draws on the same line of a terminal, and nothing elsewhere. */
export function startProgress(stream: ProgressStream, nowMs: () => number): Progress {
  const begunMs = nowMs();
  let drawnMs: number | null = null;
  return {
    show(what, done, of) {
      const now = nowMs();
      if (stream.isTTY !== true || now - begunMs < patienceMs) return;
      if (drawnMs !== null && now - drawnMs < drawEveryMs && done !== of) return;
      drawnMs = now;
      // CR, and erase to the end of the line (ECMA-48, EL).
      stream.write(`\r${progressText(what, done, of)}\u001b[K`);
    },
    end() {
      if (drawnMs !== null) stream.write('\r\u001b[K');
      drawnMs = null;
    },
  };
}
