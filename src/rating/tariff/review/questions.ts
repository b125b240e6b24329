/** What an import asks before it takes effect. */
export const questionKinds = [
  'no-number',
  'country',
  'npanxx',
  'price',
  'increments',
  'remarks',
  'coverage',
  'removed',
] as const;
export type QuestionKind = (typeof questionKinds)[number];

export type Question = {
  kind: QuestionKind;
  /** How many rates or codes it is about. */
  count: number;
  /** The first ones, for people. */
  examples: readonly string[];
};

const maximumExamples = 5;

export type Questions = {
  add(kind: QuestionKind, example: string, count?: number): void;
  list(): Question[];
};

export function collectQuestions(): Questions {
  const asked = new Map<QuestionKind, { kind: QuestionKind; count: number; examples: string[] }>();
  return {
    add(kind, example, count = 1) {
      const question = asked.get(kind) ?? { kind, count: 0, examples: [] };
      question.count += count;
      if (question.examples.length < maximumExamples) question.examples.push(example);
      asked.set(kind, question);
    },
    list: () => questionKinds.flatMap((kind) => asked.get(kind) ?? []),
  };
}

const texts: Readonly<Record<QuestionKind, (count: number) => string>> = {
  'no-number': (count) => `${count === 1 ? 'a prefix' : `${count} prefixes`} that no number begins with`,
  country: (count) =>
    `${count === 1 ? 'a rate names' : `${count} rates name`} another country than the one of the prefix`,
  npanxx: (count) =>
    `${count === 1 ? 'the prefix' : `all ${count} prefixes`} may be North American area codes and exchanges (NPA-NXX) without their 1`,
  price: (count) => (count === 1 ? 'an unlikely price' : `${count} unlikely prices`),
  increments: (count) =>
    `${count === 1 ? 'unlikely times, which may be' : `unlikely times of ${count} rates, which may be`} in another unit than seconds`,
  remarks: (count) =>
    `${count === 1 ? 'a line' : `${count} lines`} outside of the table that may say something else of its prices`,
  coverage: (count) => `${count === 1 ? 'a code' : `${count} codes`} in force for which there is no rate any more`,
  removed: (count) => `${count === 1 ? 'a code' : `${count} codes`} in force that the file does not have`,
};

/** `3 prefixes that no number begins with: 440 …, 490 …` */
export const questionText = ({ kind, count, examples }: Question): string => {
  const more = count > examples.length && kind !== 'removed' && kind !== 'npanxx' ? ', …' : '';
  return `${texts[kind](count)}: ${examples.join(', ')}${more}`;
};
