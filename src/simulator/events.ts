import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { callingJson } from './headers.ts';
import { legJson, profileJson } from './leg.ts';
import type { Leg } from './leg.ts';

/** One event on its way to the controllers. */
export type FiredEvent = {
  readonly name: string;
  /** `Unique-ID`; null where an event belongs to no channel. */
  readonly legId: string | null;
  /** One line of JSON, as in a `text/event-json` body. */
  readonly json: string;
};

/** Gets the events that it asked for. */
export type Subscriber = {
  wants(name: string, legId: string | null): boolean;
  deliver(event: FiredEvent): void;
};

/** Numbers, dates and delivers events. */
export type Events = {
  /** `top` goes before the channel's headers, `extra` behind its variables; both begin with a comma. */
  fire(leg: Leg, name: string, top?: string, extra?: string): void;
  /** An event of no channel; `body` becomes `_body`. */
  fireBare(name: string, extra: string): void;
  /** The answer to `connect`: CHANNEL_DATA as JSON, ended by `extra`. */
  channelData(leg: Leg, extra: string): string;
  /** Subscribers that have filtered for a leg are asked for its events alone, the others for every event. */
  subscribe(subscriber: Subscriber, legIds: readonly string[] | null): void;
  unsubscribe(subscriber: Subscriber): void;
};

export function createEvents(name: string, clock: Clock): Events {
  const subscribers = createSubscribers();
  const start = createStart(name, clock);
  let sequence = 0;
  const send = (eventName: string, legId: string | null, json: (start: string) => string): void => {
    sequence += 1;
    let event: FiredEvent | null = null;
    subscribers.offer(legId, (subscriber) => {
      if (!subscriber.wants(eventName, legId)) return;
      event ??= { name: eventName, legId, json: json(start(eventName, sequence)) };
      subscriber.deliver(event);
    });
  };

  return {
    fire(leg, eventName, top = '', extra = '') {
      send(eventName, leg.id, (begun) => `${begun}${top}${legJson(leg, eventName !== 'DTMF')}${extra}}`);
    },
    fireBare(eventName, extra) {
      send(eventName, null, (begun) => `${begun}${extra}}`);
    },
    channelData(leg, extra) {
      sequence += 1;
      return `${start('CHANNEL_DATA', sequence)}${profileJson(leg, 'Channel')}${legJson(leg, true)}${extra}}`;
    },
    subscribe: (subscriber, legIds) => subscribers.set(subscriber, legIds),
    unsubscribe: (subscriber) => subscribers.delete(subscriber),
  };
}

/** The beginning of every event: its name, where it comes from, and when. */
function createStart(name: string, clock: Clock): (eventName: string, sequence: number) => string {
  const identity =
    `,"Core-UUID":"${randomUUID()}","FreeSWITCH-Hostname":${JSON.stringify(name)}` +
    `,"FreeSWITCH-Switchname":${JSON.stringify(name)},"FreeSWITCH-IPv4":"127.0.0.1","FreeSWITCH-IPv6":"::1"`;
  let second = -1;
  let dates = '';
  return (eventName, sequence) => {
    const now = clock.nowUs();
    if (Math.floor(now / 1e6) !== second) {
      second = Math.floor(now / 1e6);
      const date = new Date(second * 1000);
      dates = `,"Event-Date-Local":"${date.toISOString().slice(0, 19).replace('T', ' ')}","Event-Date-GMT":"${date.toUTCString()}"`;
    }
    return `{"Event-Name":"${eventName}"${identity}${dates},"Event-Date-Timestamp":"${now}"${callingJson(eventName)},"Event-Sequence":"${sequence}"`;
  };
}

/** Who is asked for which events: some for those of their legs, the others for all. */
function createSubscribers() {
  const byLeg = new Map<string, Set<Subscriber>>();
  const legsOf = new Map<Subscriber, readonly string[]>();
  const everywhere = new Set<Subscriber>();
  const remove = (subscriber: Subscriber): void => {
    everywhere.delete(subscriber);
    for (const legId of legsOf.get(subscriber) ?? []) {
      const subscribers = byLeg.get(legId);
      if (subscribers?.delete(subscriber) === true && subscribers.size === 0) byLeg.delete(legId);
    }
    legsOf.delete(subscriber);
  };
  return {
    set(subscriber: Subscriber, legIds: readonly string[] | null): void {
      remove(subscriber);
      if (legIds === null) {
        everywhere.add(subscriber);
        return;
      }
      legsOf.set(subscriber, legIds);
      for (const legId of legIds) {
        const subscribers = byLeg.get(legId);
        if (subscribers === undefined) byLeg.set(legId, new Set([subscriber]));
        else subscribers.add(subscriber);
      }
    },
    delete: remove,
    offer(legId: string | null, offer: (subscriber: Subscriber) => void): void {
      if (legId !== null) byLeg.get(legId)?.forEach(offer);
      everywhere.forEach(offer);
    },
  };
}

/**
 * `switch_url_encode` (switch_utils.h, SWITCH_URL_UNSAFE): a `%` before two upper-case hex digits goes through as it is,
 * so that what a caller sent as `%E9` cannot be told from an encoded byte.
 */
export function urlEncode(text: string): string {
  return text.replaceAll(/%(?![0-9A-F]{2})|[^ -~]|[ #&+:;<=>?@[\\\]^`{|}"]/gu, (char) => {
    let encoded = '';
    for (const byte of Buffer.from(char)) encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    return encoded;
  });
}

/** An event as `text/event-plain`, or as the headers of the answer to `connect`: one `Name: value` a line, url-encoded. */
export function plainText(json: string): string {
  const headers = JSON.parse(json) as Record<string, string>;
  let text = '';
  for (const [name, value] of Object.entries(headers))
    text += `${name}: ${value === '' ? '_undef_' : urlEncode(value)}\n`;
  return text;
}
