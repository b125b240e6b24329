import type { Alert, AlertLane, AlertWay, DeliveryNote, KeptAlert, Undelivered } from '../../words/alert.ts';

export type AlertFilter = { callId?: string; limit: number };

/** Keeps alerts, and which of them have reached people, over restarts. */
export type AlertStore = {
  /** Resolves once it is durable. `ways`: those that are to deliver it. */
  keepAlert(alert: Alert, ways: readonly AlertWay[]): Promise<void>;
  noteDelivery(note: DeliveryNote): Promise<void>;
  /** The one that is to be tried first, first. */
  undelivered(lane: AlertLane, limit: number): Promise<Undelivered[]>;
  /** Of all controllers that share a SQL Server, the latest first. */
  listAlerts(filter: AlertFilter): Promise<KeptAlert[]>;
};
