/** What was asked of another thread, and has no answer so far. */
export type Questions<Answer> = {
  /** `post` sends the question with this id. */
  ask(post: (id: number) => void): Promise<Answer>;
  answer(id: number, answer: Answer): void;
  refuse(id: number, error: Error): void;
  refuseAll(error: Error): void;
};

type Asked<Answer> = { resolve: (answer: Answer) => void; reject: (error: Error) => void };

export function createQuestions<Answer>(): Questions<Answer> {
  const waiting = new Map<number, Asked<Answer>>();
  let lastId = 0;
  const taken = (id: number): Asked<Answer> | undefined => {
    const asked = waiting.get(id);
    waiting.delete(id);
    return asked;
  };
  return {
    ask: (post) =>
      // What `post` throws rejects.
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        post(lastId);
      }),
    answer: (id, answer) => taken(id)?.resolve(answer),
    refuse: (id, error) => taken(id)?.reject(error),
    refuseAll(error) {
      const all = [...waiting.values()];
      waiting.clear();
      for (const { reject } of all) reject(error);
    },
  };
}
