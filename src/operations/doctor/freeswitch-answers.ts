import type { Config } from '../../config/schema.ts';
import { connectInbound } from '../../freeswitch/inbound/event-socket.ts';
import { escaped, parseXml, type Element } from './xml.ts';

/** FreeSWITCH, as its event socket answers for it. */
export type AskFreeSwitch = (command: string, args?: string) => Promise<string>;

export type FreeSwitch = {
  ask: AskFreeSwitch;
  /** The variables of its configuration ($${…}); those of an empty value are not there. */
  variables: ReadonlyMap<string, string>;
  /** FreeSWITCH runs on this machine: its files are ours. */
  isHere: boolean;
};

/** An address of this machine alone. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** Asks it over a connection of its own, which is closed afterwards. Rejects with one line where there is none. */
export async function withFreeSwitch<T>(
  { host, port, password }: Config['freeswitch'],
  replyMs: number,
  work: (ask: AskFreeSwitch) => Promise<T>,
): Promise<T> {
  const inbound = await connectInbound(
    { host, port, password, replyMs },
    { onEvent: () => undefined, onLost: () => undefined },
  );
  try {
    return await work((command, args = '') => inbound.api(command, args));
  } finally {
    inbound.close();
  }
}

export async function globalVariables(ask: AskFreeSwitch): Promise<Map<string, string>> {
  const lines = (await ask('global_getvar')).split('\n');
  return new Map(
    lines
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** An element of its configuration, as it has it in memory; null: it has none of that name. */
export async function locate(ask: AskFreeSwitch, section: string, tag: string, name: string): Promise<Element | null> {
  const [element = null] = parseXml(await ask('xml_locate', `${section} ${tag} name ${name}`));
  return element;
}

/** `<param name="…" value="…">` below an element. */
export function paramsOf(element: Element | null): Map<string, string> {
  const params = new Map<string, string>();
  const visit = ({ name, attributes, children }: Element): void => {
    if (name === 'param') params.set(attributes['name'] ?? '', attributes['value'] ?? '');
    children.forEach(visit);
  };
  if (element !== null) visit(element);
  return params;
}

/** The text of an element of what `sofia xmlstatus` answers; empty: there is none. */
export const valueIn = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';

/** As the preprocessor does: a variable that is not there is empty. */
export const preprocessed = (text: string, { variables }: FreeSwitch): string =>
  text.replace(/\$\$\{(\w+)\}/g, (_, name: string) => escaped(variables.get(name) ?? ''));
