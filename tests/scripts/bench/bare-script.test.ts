import { describe, expect, it } from '@jest/globals';
import { readBareScript } from '../../../scripts/bench/bare-script.ts';

const recorded =
  'connect\n\nlinger 15\n\nfilter Unique-ID id-1\n\n' +
  'sendmsg id-1\nexecute-app-name: play_and_get_digits\nEvent-UUID: id-2\n\n' +
  'filter Unique-ID id-3\n\nsendmsg id-1\nexecute-app-name: bridge\nexecute-app-arg: {origination_uuid=id-3}x\nEvent-UUID: id-4\n\n' +
  'exit\n\n';

describe('the script of the bare controller', () => {
  it('is what was recorded, with the ids of another call', () => {
    const script = readBareScript(recorded);
    const ids = ['', 'caller', 'collect', 'callee', 'bridge'];
    expect(script).toMatchObject({ ids: 4, collectId: 2 });
    const said = script.hello + script.opening(ids) + script.dialling(ids) + script.goodbye;
    expect(said).toBe(recorded.replace(/id-(\d)/g, (_, id: string) => ids[Number(id)] ?? ''));
    expect(script.opening(ids).endsWith('Event-UUID: collect\n\n')).toBe(true);
  });

  it.each(['', 'connect\n\nexit\n\n', recorded.replace('exit\n\n', '')])(
    'is not made of another call (%j)',
    (other) => {
      expect(() => readBareScript(other)).toThrow('this is not the call that is measured');
    },
  );
});
