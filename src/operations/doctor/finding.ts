/** What a look at one thing came to. */
export type Finding = {
  /** What was looked at. Never changes: monitoring goes by it. */
  check: string;
  /** `error`: calls fail, are not billed or not recorded right. `warning`: they may. */
  level: 'ok' | 'warning' | 'error';
  /** What was found, in one line. */
  found: string;
  /** What to do; null: nothing. */
  toDo: string | null;
};

export const ok = (check: string, found: string): Finding => ({ check, level: 'ok', found, toDo: null });
export const warning = (check: string, found: string, toDo: string): Finding => ({
  check,
  level: 'warning',
  found,
  toDo,
});
export const fault = (check: string, found: string, toDo: string): Finding => ({ check, level: 'error', found, toDo });

/** `found` where nothing is wrong, else what is. */
export const allOf = (check: string, wrong: readonly Finding[], found: string): Finding[] =>
  wrong.length === 0 ? [ok(check, found)] : [...wrong];
