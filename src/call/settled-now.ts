/** What a promise has come to by itself, without an event in between or time that passes; null: nothing, or it failed. */
export async function settledNow<T>(promise: Promise<T>): Promise<T | null> {
  return Promise.race([promise, microtasks()]).then(
    (value) => value ?? null,
    () => null,
  );
}

/** Some turns of the queue of settled promises. */
async function microtasks(): Promise<undefined> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  return undefined;
}
