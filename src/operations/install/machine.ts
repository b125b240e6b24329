import type { Config } from '../../config/schema.ts';
import type { FreeSwitchPlace } from './place.ts';
import type { Places } from './places.ts';

/** What is done to the machine itself, besides files. Not done below another root. */
export type Machine = {
  /** Before anything is changed: what the service needs besides files. Throws an `InstallProblem`. */
  prepare(program: string): void;
  startService(service: ServiceParts): ServiceStart;
  /** Whether FreeSWITCH reads its configuration again; where it is not running there is nothing to read. */
  reloadFreeSwitch(place: FreeSwitchPlace, socket: Pick<Config['freeswitch'], 'port' | 'password'>): boolean;
  /** How our commands are typed here, without a word of them. */
  typed(program: string): string;
  /** For people, where FreeSWITCH did not read it again. */
  howToRestart(): string;
  stopService(places: Places): void;
  /** After the files of the service are gone. */
  forgetService(): void;
};

/** `by-hand`: nothing here runs services that we know. `how`, `why`: for people. */
export type ServiceStart = { kind: 'started' } | { kind: 'by-hand'; how: string } | { kind: 'failed'; why: string };

export type ServiceParts = { program: string; places: Places; place: FreeSwitchPlace; cdrFolder: string };
