import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emergencyMeant } from '../../../src/call/entry.ts';
import {
  progressOf,
  stageAfter,
  stageAfterPause,
  type Completeness,
  type Progress,
  type Stage,
} from '../../../src/freeswitch/outbound/keying.ts';
import { emergencySpellings } from '../../../src/policy/completeness.ts';
import { northAmerica } from '../../support/north-america.ts';

const numbers: Completeness = { emergencySpellings: emergencySpellings(northAmerica), completeLength: () => null };
const maxDigits = 64;
const next = (digits: string) => stageAfter(digits, 'confirmation', maxDigits, numbers);
const afterPause = (digits: string, room: number) => stageAfterPause(digits, room, numbers);

/** The entry that these keys make, one after the other; `terminated`: by `#`. What is left of them follows it. */
function entryOf(keys: string): { digits: string; left: string } {
  let digits = '';
  let left = keys;
  for (let stage = next(''); stage !== null;) {
    const wanted = stage.kind === 'pause' ? 1 : stage.maxDigits;
    const end = left.indexOf('#');
    const taken = left.slice(0, Math.min(wanted, end === -1 ? left.length : end));
    const terminated = taken.length < wanted && left.length > taken.length;
    left = left.slice(taken.length + (terminated ? 1 : 0));
    const progress = progressOf(digits, stage, { digits: taken, terminated }, { stage: next, afterPause });
    digits = progress.digits;
    if (progress.kind === 'over') break;
    stage = progress.stage;
  }
  return { digits, left };
}

describe('a confirmation', () => {
  it.each([
    ['1', '1', ''],
    ['1#', '1', ''],
    ['2', '2', ''],
    ['25', '2', '5'],
    ['#', '', ''],
    ['', '', ''],
    ['*', '*', ''],
    // An emergency number may begin like anything.
    ['911', '911', ''],
    ['112', '112', ''],
    ['9911', '9911', ''],
    // An outside line, and 112.
    ['9112', '9112', ''],
    ['9113', '9113', ''],
    ['9#', '9', ''],
    ['91', '91', ''],
    ['15', '15', ''],
  ])('keyed as "%s" is "%s", and "%s" is left', (keys, digits, left) => {
    expect(entryOf(keys)).toEqual({ digits, left });
  });

  it('is over with one key, unless an emergency number begins with it', () => {
    const { emergencySpellings: spellings } = numbers;
    const meant = (digits: string) => emergencyMeant(digits, (text) => (spellings.includes(text) ? text : null));
    // 911, which 9112 begins with: a further digit within a moment makes it another number, which is never an emergency one.
    const goesOn = (digits: string): boolean =>
      /\d$/.test(digits) && spellings.includes(digits.slice(0, -1)) && meant(digits) === null;
    const beginning = fc.constantFrom('', ...spellings, ...spellings.map((spelling) => spelling.slice(0, -1)));
    fc.assert(
      fc.property(beginning, fc.stringMatching(/^[0-9*]{1,8}$/), (first, more) => {
        const keys = first + more;
        const { digits } = entryOf(keys);
        const begins = spellings.some((spelling) => spelling.startsWith(keys.slice(0, 1)));
        if (!begins) expect(digits).toBe(keys.slice(0, 1));
        if (!spellings.some((spelling) => keys.startsWith(spelling))) return;
        expect(meant(digits) !== null || goesOn(digits)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('waits but a moment after an emergency number that another one begins with', () => {
    expect(next('911')).toEqual({ kind: 'pause' });
  });

  it('waits after 1 for as long as somebody may take between two keys of 112', () => {
    expect(next('1')).toEqual({ kind: 'pause', isLong: true });
  });
});

describe('a pause in an entry', () => {
  const collect: Stage = { kind: 'collect', maxDigits: 20 };
  const after = (digits: string, stage: Stage = collect): Progress =>
    progressOf('', stage, { digits, terminated: false }, { stage: () => null, afterPause });

  it.each(['12345**911', '99999**911', '12345*911', '777*12345**112', '**911', '12345**9911', '8*911', '911*'])(
    'ends it where an emergency number stands at its end: %s',
    (digits) => {
      expect(after(digits)).toEqual({ kind: 'over', digits, terminated: false, paused: true });
    },
  );

  it.each(['12345', '12345**', '12345**91', '12345**9115', '12345**8016424655', '1911', '12345911'])(
    'does not end %s: it has the rest of the time between two keys',
    (digits) => {
      const stage: Stage = { kind: 'collect', maxDigits: 20 - digits.length, isGoingOn: true };
      expect(after(digits)).toEqual({ kind: 'on', digits, stage });
      expect(after('', stage)).toMatchObject({ kind: 'over' });
    },
  );

  it('does not begin where nothing was keyed', () => {
    expect(after('')).toEqual({ kind: 'over', digits: '', terminated: false, paused: false });
  });
});
