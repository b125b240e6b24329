import { describe, expect, it } from '@jest/globals';
import { readBareScript } from '../../../scripts/bench/bare-script.ts';

const recorded =
  'connect\n\nlinger 15\n\nfilter Unique-ID id-1\n\n' +
  'sendmsg id-1\nexecute-app-name: play_and_get_digits\nEvent-UUID: id-2\n\n' +
  'sendmsg id-1\nexecute-app-name: loop_playback\nEvent-UUID: id-3\n\n' +
  'sendmsg id-1\nexecute-app-name: play_and_get_digits\nEvent-UUID: id-4\n\n' +
  'filter Unique-ID id-5\n\nsendmsg id-1\nexecute-app-name: bridge\nexecute-app-arg: {origination_uuid=id-5}x\nEvent-UUID: id-6\n\n' +
  'exit\n\n';

describe('the script of the bare controller', () => {
  it('is what was recorded, with the ids of another call', () => {
    const script = readBareScript(recorded);
    const ids = ['', 'caller', 'first', 'hold', 'second', 'callee', 'bridge'];
    expect(script).toMatchObject({ ids: 6, collecting: [{ collectId: 2 }, { collectId: 4 }] });
    const [first = '', second = ''] = script.collecting.map((part) => part.commands(ids));
    const said = script.hello + first + second + script.dialling(ids) + script.goodbye;
    expect(said).toBe(recorded.replace(/id-(\d)/g, (_, id: string) => ids[Number(id)] ?? ''));
    expect(first.endsWith('Event-UUID: hold\n\n')).toBe(true);
    expect(second.endsWith('Event-UUID: second\n\n')).toBe(true);
  });

  it.each(['', 'connect\n\nexit\n\n', recorded.replace('exit\n\n', '')])(
    'is not made of another call (%j)',
    (other) => {
      expect(() => readBareScript(other)).toThrow('this is not the call that is measured');
    },
  );
});
