/** What performs each of these operations of the writer, inside its transaction; it throws. */
export type PerformersOf<Operations extends { [Name in keyof Operations]: { input: unknown; result: unknown } }> = {
  [Name in keyof Operations]: (input: Operations[Name]['input']) => Operations[Name]['result'];
};
