/** The result of something that may fail as a matter of course; `problem` is a line for the person who can act. */
export type Result<Value, Problem = string> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: Problem };
