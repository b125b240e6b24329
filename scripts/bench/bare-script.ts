/**
 * What a controller sends for the call of call-plan.ts, as text in which `id-1` is the call's id and `id-2` … are ids of the
 * controller's choice. It is recorded from our controller (field.ts), so that the floor sends the very same commands.
 */
export type BareScript = {
  hello: string;
  /** Once the channel's data are in: each part is sent, and then the end of the collection that it begins is waited for. */
  collecting: readonly { commands(ids: readonly string[]): string; collectId: number }[];
  /** Once all digits are there. */
  dialling(ids: readonly string[]): string;
  goodbye: string;
  /** How many ids there are. */
  ids: number;
};

/** Throws where this is not the call that is measured. */
export function readBareScript(recorded: string): BareScript {
  const commands = recorded.split(/(?<=\n\n)/);
  const [hello, goodbye] = [commands[0], commands.at(-1)];
  const collecting: BareScript['collecting'][number][] = [];
  let part = '';
  let waitsFor: number | null = null;
  for (const command of commands.slice(1, -1)) {
    // What is sent along with a collection, to run behind it.
    const isBehind = command.includes('\nexecute-app-name: loop_playback\n');
    if (waitsFor !== null && !isBehind) {
      collecting.push({ commands: template(part), collectId: waitsFor });
      [part, waitsFor] = ['', null];
    }
    part += command;
    const isCollection = command.includes('\nexecute-app-name: play_and_get_digits\n');
    if (isCollection) waitsFor = Number(/\nEvent-UUID: id-(\d+)\n/.exec(command)?.[1] ?? Number.NaN);
  }
  if (hello !== 'connect\n\n' || goodbye !== 'exit\n\n' || collecting.length === 0 || waitsFor !== null) {
    throw new Error(`this is not the call that is measured:\n${recorded}`);
  }
  const ids = Math.max(...Array.from(recorded.matchAll(/\bid-(\d+)/g), ([, id]) => Number(id)));
  return { hello, goodbye, collecting, dialling: template(part), ids };
}

/** `ids[1]` goes in place of `id-1`. */
function template(text: string): (ids: readonly string[]) => string {
  // Every second part is the number of an id.
  const parts = text.split(/\bid-(\d+)/);
  const numbers = parts.map(Number);
  return (ids) => {
    let filled = '';
    parts.forEach((part, at) => {
      filled += at % 2 === 0 ? part : (ids[numbers[at] ?? 0] ?? '');
    });
    return filled;
  };
}
