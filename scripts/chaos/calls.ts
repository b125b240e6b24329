import type { FarEnd } from '../../src/simulator/far-end.ts';
import type { CallScript } from '../../src/simulator/script.ts';
import type { Random } from './random.ts';

export const code = '12345';
const number = '8016424655';
const causes = [486, 404, 503, 603];

/** A caller who does anything a caller might do, short enough for thousands of calls. */
export function randomCall(random: Random): CallScript {
  const dialled = random.pick(['8', '9', number]);
  const right = dialled === '9' ? [`${code}**${number}#`] : dialled === '8' ? [`${code}#`, `${number}#`] : [`${code}#`];
  const wrong = random.pick([['99999#'], [`${code}**`], ['#'], [`${code}#`, '1900#'], ['*', '99999#', '#']]);
  const keys = random.below(8) === 0 ? [...wrong, ...right] : random.below(10) === 0 ? wrong : right;
  const base: CallScript = {
    dialled,
    callerNumber: String(random.between(200, 299)),
    keys,
    keyIntervalMs: random.between(0, 30),
    outOfKeys: 'hang-up',
    farEnd: randomFarEnd(random),
    variables: {
      export_vars: 'enable_heartbeat_events',
      enable_heartbeat_events: '1',
    },
  };
  return random.below(5) === 0 ? { ...base, hangUpAfterMs: random.between(20, 2500) } : base;
}

function randomFarEnd(random: Random): FarEnd {
  const calleeCompletes = random.pick(['at-once', 'before-callers', 'after-callers'] as const);
  const hangsUp = random.pick(['caller', 'callee'] as const);
  switch (random.below(10)) {
    case 0:
      return { kind: 'refuses', status: random.pick(causes), afterMs: random.between(0, 800), calleeCompletes };
    case 1:
      return { kind: 'rings', calleeCompletes };
    case 2:
      return { kind: 'early-media', lastsMs: random.between(50, 1500), hangsUp, calleeCompletes };
    case 3:
      return { kind: 'gateway-down' };
    default:
      return {
        kind: 'answers',
        afterMs: random.between(0, 1200),
        talkMs: random.between(20, 4000),
        hangsUp,
        earlyMedia: random.below(6) === 0,
        calleeCompletes,
      };
  }
}
