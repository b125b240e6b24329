/** What a carrier's notice says of a code besides its price. */

const closed = [
  ...['closed', 'close', 'blocked', 'block', 'deleted', 'delete', 'removed', 'remove', 'discontinued', 'suspended'],
  ...[
    'barred',
    'expired',
    'withdrawn',
    'not available',
    'unavailable',
    'no longer available',
    'deactivated',
    'disabled',
  ],
];
const open = [
  ...[
    'new',
    'increase',
    'increased',
    'decrease',
    'decreased',
    'no change',
    'unchanged',
    'not changed',
    'same',
    'current',
  ],
  ...[
    'change',
    'changed',
    'amended',
    'amend',
    'add',
    'added',
    'addition',
    'update',
    'updated',
    'open',
    'opened',
    'active',
  ],
  ...['effective', 'up', 'down', 'i', 'd', 'n', 's', 'nc', 'higher', 'lower', 'pending increase', 'pending decrease'],
];

const wordsOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim();

/** What stands in the place of a price where there is none. */
export const isUnpriced = (text: string): boolean =>
  text === '' || /^(?:n\s*[./]?\s*a\.?|[-–—]+|none|tba|tbd|tbc|call|on request|poa)$/i.test(text.trim());

export const isClosed = (text: string): boolean => closed.includes(wordsOf(text));

/** `unknown`: it may say that there is no rate. Signs and figures alone, as in `+3 %`, only describe the change of the price. */
export function statusOf(text: string): 'open' | 'closed' | 'unknown' {
  if (isClosed(text)) return 'closed';
  const words = wordsOf(text);
  return words === '' || open.includes(words) ? 'open' : 'unknown';
}
