/**
 * What a controller sends for the call of call-plan.ts, as text in which `id-1` is the call's id and `id-2` … are ids of the
 * controller's choice. It is recorded from our controller (field.ts), so that the floor sends the very same commands.
 */
export type BareScript = {
  hello: string;
  /** Once the channel's data are in: subscription and prompt. */
  opening(ids: readonly string[]): string;
  /** Once digits were collected. */
  dialling(ids: readonly string[]): string;
  goodbye: string;
  /** How many ids there are, and which one is the collection's. */
  ids: number;
  collectId: number;
};

/** Throws where this is not the call that is measured. */
export function readBareScript(recorded: string): BareScript {
  const commands = recorded.split(/(?<=\n\n)/);
  const collect = commands.findIndex((command) => command.includes('\nexecute-app-name: play_and_get_digits\n'));
  const collectId = /\nEvent-UUID: id-(\d+)\n/.exec(commands[collect] ?? '')?.[1];
  const [hello, goodbye] = [commands[0], commands.at(-1)];
  if (hello !== 'connect\n\n' || goodbye !== 'exit\n\n' || collectId === undefined) {
    throw new Error(`this is not the call that is measured:\n${recorded}`);
  }
  return {
    ...{ hello, goodbye, collectId: Number(collectId) },
    ids: Math.max(...Array.from(recorded.matchAll(/\bid-(\d+)/g), ([, id]) => Number(id))),
    opening: template(commands.slice(1, collect + 1).join('')),
    dialling: template(commands.slice(collect + 1, -1).join('')),
  };
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
