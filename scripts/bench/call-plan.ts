import type { CallScript } from '../../src/simulator/script.ts';

/** The one call that everything here is measured with: dial 9, code and number in one go, answered, the callee hangs up. */
export const code = '12345';
export const number = '8016424655';
export const extension = '201';
export const keys = `${code}**${number}#`;

export function answeredCall(talkMs: number): CallScript {
  return {
    dialled: '9',
    callerNumber: extension,
    keys: [keys],
    outOfKeys: 'hang-up',
    farEnd: { kind: 'answers', afterMs: 1, talkMs, hangsUp: 'callee' },
  };
}

/** A caller who is asked for a code and keys nothing. */
export const silentCall: CallScript = { dialled: '9', callerNumber: extension, keys: [] };
