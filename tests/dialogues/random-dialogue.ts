import type { CallScript, KeyStep } from '../../src/simulator/script.ts';
import type { FarEnd } from '../../src/simulator/far-end.ts';
import { badCodes, goodCodes, numbers } from './oracle.ts';

/** Numbers from 0 (inclusive) to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const emergencies = [
  '911',
  '112',
  '9911',
  '9112',
  '911*',
  '*911',
  '**911',
  '99999**911',
  '12345**9911',
  '12345*911',
  '77777**112',
];
const nearEmergencies = ['9115', '91112', '9118016424655', '12345**91199', '0911', '19115551234', '911**12345'];
const callers = ['201', '202', '205', '0205', '+205', '205#', '999', '', 'anonymous', '+18015550100'];

/** One caller's evening, at a site with or without policies of who pays: how the call comes in, what is keyed at each prompt, when it is given up, and what the far end does. */
export function randomDialogue(seed: number, hasPolicies = false): CallScript {
  const random = randomOf(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const chance = (share: number): boolean => random() < share;
  const code = (): string => (chance(0.7) ? pick(goodCodes) : pick(badCodes));
  const number = (): string => pick(Object.keys(numbers).filter((text) => !text.startsWith('+')));
  const entry = (): string => {
    // Where a site has policies of who pays: a confirmation, nothing, and a number without a code are keyed, too.
    if (hasPolicies && chance(0.5)) return pick(['1', '1', '', '2', `**${number()}`, `**${number()}`, '**911', '112']);
    const kind = random();
    // Typed ahead: the number before the prompt for it.
    if (kind < 0.05) return `${code()}#${number()}`;
    if (kind < 0.28) return code();
    if (kind < 0.5) return number();
    if (kind < 0.72) return `${code()}**${number()}`;
    if (kind < 0.8) return pick(emergencies);
    if (kind < 0.84) return pick(nearEmergencies);
    if (kind < 0.88) return `${code()}*${number()}`;
    if (kind < 0.92) return '';
    return Array.from({ length: 1 + Math.floor(random() * 12) }, () => pick('0123456789*'.split(''))).join('');
  };
  const step = (): KeyStep => {
    const digits = `${entry()}${chance(0.95) ? '#' : ''}`;
    return chance(0.04) ? { digits, thenHangUp: true } : digits;
  };
  const mode = random();
  const dialled =
    mode < 0.3
      ? '8'
      : mode < 0.6
        ? '9'
        : chance(0.12)
          ? pick(['911', '+911', '9911', '112'])
          : pick(Object.keys(numbers));
  const ringingKeys = chance(0.05) ? pick(['911', '112', '9911', '5#911', '12345**911', '9115', '42']) : null;
  const lastKeys = chance(0.2) ? pick([...emergencies, ...nearEmergencies, entry(), '#', '5']) : null;
  return {
    dialled,
    callerNumber: pick(callers),
    keys: Array.from({ length: Math.floor(random() * 7) }, step),
    outOfKeys: 'hang-up',
    ...(chance(0.1) ? { keyIntervalMs: 100 } : {}),
    ...(chance(0.03) ? { hangUpAfterMs: Math.floor(random() * 1500) } : {}),
    unasked: {
      ...(ringingKeys === null ? {} : { whileRinging: { digits: ringingKeys, afterMs: 40 } }),
      ...(lastKeys === null ? {} : { whilePlaying: { digits: lastKeys, afterMs: Math.floor(random() * 1500) } }),
    },
    farEnd: ringingKeys === null ? farEnd() : ringing,
  };

  /** Long enough for what is keyed meanwhile. */
  function ringing(called: string): FarEnd {
    return /^(911|112)$/.test(called)
      ? { kind: 'answers', afterMs: 5, talkMs: 20, hangsUp: 'callee' }
      : { kind: 'rings' };
  }

  function farEnd(): FarEnd {
    const kind = random();
    if (kind < 0.6) return { kind: 'answers', afterMs: 5, talkMs: 20, hangsUp: pick(['caller', 'callee']) };
    if (kind < 0.7) return { kind: 'refuses', status: pick([486, 404, 503, 603, 480, 484]) };
    if (kind < 0.8)
      return {
        kind: 'early-media',
        lastsMs: 20,
        hangsUp: pick(['caller', 'callee']),
        status: pick([486, 404, 503, 480]),
      };
    if (kind < 0.9) return { kind: 'answers', afterMs: 20, talkMs: 20, hangsUp: 'callee', earlyMedia: true };
    if (kind < 0.95) return { kind: 'rings', callerGivesUpAfterMs: 30 };
    return { kind: 'gateway-down' };
  }
}
