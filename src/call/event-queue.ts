import type { CallEvent } from './machine/events.ts';

/** One event of a call after the other: what an event brings about is handled after it, and all of them after the arrival. */
export type EventQueue = {
  happen(event: CallEvent): void;
  /** The first of all events; those that came before it follow. */
  begin(arrival: CallEvent): void;
};

/** `onFailure`: `handle` has thrown; what was to follow is dropped. */
export function createEventQueue(handle: (event: CallEvent) => void, onFailure: (error: unknown) => void): EventQueue {
  const events: CallEvent[] = [];
  let begun = false;
  let handling = false;

  function handleAll(): void {
    if (handling) return;
    handling = true;
    try {
      for (let next = events.shift(); next !== undefined; next = events.shift()) handle(next);
    } catch (error) {
      events.length = 0;
      onFailure(error);
    } finally {
      handling = false;
    }
  }

  return {
    happen(event) {
      events.push(event);
      if (begun) handleAll();
    },
    begin(arrival) {
      begun = true;
      events.unshift(arrival);
      handleAll();
    },
  };
}
