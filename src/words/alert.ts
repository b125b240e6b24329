/** Something that people should hear of while there is still time to act. */
export type Alert = {
  /** A UUID. One alert has one, however often and by whatever ways it is sent. */
  id: string;
  kind: AlertKind;
  level: AlertLevel;
  /** UTC milliseconds. */
  atMs: number;
  /** Name of the controller that saw it. */
  controller: string;
  /** The call that brought it about; null: no one call. */
  callId: string | null;
  /** What happened, in one line. */
  text: string;
  /** Particulars by name. What comes from a caller is data: whoever shows it cleans it. */
  fields: AlertFields;
};

export const alertKinds = ['emergency-call', 'destination-watch', 'limit', 'guessing', 'health', 'test'] as const;
export type AlertKind = (typeof alertKinds)[number];

/** `warning`: somebody should look. `critical`: something was refused, or is likely to cost a lot. */
export const alertLevels = ['warning', 'critical'] as const;
export type AlertLevel = (typeof alertLevels)[number];

export type AlertFields = Readonly<Record<string, string | number | boolean | null>>;

/** An alert before it has an id. */
export type NewAlert = Pick<Alert, 'kind' | 'level' | 'callId' | 'text' | 'fields'>;

/** How an alert reaches people, besides the log. */
export const alertWays = ['e-mail', 'webhook'] as const;
export type AlertWay = (typeof alertWays)[number];

/** An alert that one way has not taken yet. */
export type Undelivered = {
  alert: Alert;
  way: AlertWay;
  /** Addresses that do not have it yet; null: none has. */
  left: readonly string[] | null;
  /** How often it was tried. */
  tries: number;
};

/**
 * Alerts that wait for the same people: one way, for emergency calls or for all others. A receiver that is gone holds up its own lane
 * alone.
 */
export type AlertLane = { way: AlertWay; isEmergency: boolean };

/** What came of one try. Times are UTC milliseconds. */
export type DeliveryNote = { alertId: string; way: AlertWay } & (
  | { kind: 'delivered'; atMs: number }
  | { kind: 'failed'; tries: number; error: string; left: readonly string[] | null; againAtMs: number }
  | { kind: 'given-up'; tries: number; error: string; atMs: number }
);

/** How long alerts are kept: as long as reports look back. */
export const alertsKeptMs = 400 * 86_400_000;

/** An alert, of this controller or another one, with what became of it on its ways. */
export type KeptAlert = Alert & { deliveries: readonly AlertDelivery[] };
export type AlertDelivery = {
  way: AlertWay;
  tries: number;
  deliveredAtMs: number | null;
  givenUpAtMs: number | null;
  /** Why the last try failed; null: none did. */
  error: string | null;
};
