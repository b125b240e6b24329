import type sql from 'mssql';
import type { Clock } from '../../../words/clock.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';
import type { CallReplica } from '../../ports/call-replica.ts';
import type { GrantedShare, LedgerReplica } from '../../ports/ledger-replica.ts';
import type { ConsoleReplica } from '../../ports/console-replica.ts';
import type { LockReplica } from '../../ports/phone-locks.ts';
import type { RateReplicaStore } from '../../ports/rate-replica.ts';
import type { ReplicaStore } from '../../ports/replica-store.ts';
import type { QueueState } from '../../replication/queue-state.ts';
import type { CarriedOut } from '../requests/follow.ts';
import type { ControllerIdentity } from './controllers.ts';

export type LinkEvent =
  | { kind: 'up' }
  /** `reason`: one line for the person who can act. */
  | { kind: 'down'; reason: string }
  /** The directory here is not from this database, which is left alone; `isLocal`: it was made here. `reason`: as above. */
  | { kind: 'refused'; isLocal: boolean; reason: string }
  /** Everything is copied again, and what is not there any more is sent again. */
  | { kind: 'again'; why: string }
  /** So many calls were put into the outbox again. */
  | { kind: 'resent'; calls: number }
  /** The copy was last up to date this long ago. */
  | { kind: 'fresh'; agoMs: number }
  | { kind: 'progress'; what: 'accounts' | 'rates'; copied: number }
  /** So much may be spent from now on, less than before. */
  | { kind: 'shares'; shares: readonly GrantedShare[] }
  | { kind: 'problem'; text: string }
  /** `what` waits until somebody mends `why`; null: it goes on. */
  | { kind: 'standing'; what: string; why: string | null }
  | CarriedOut
  /** What waits here, every few seconds, whether SQL Server is reachable or not. */
  | { kind: 'queue'; state: QueueState };

export type LinkOptions = {
  local: ReplicaStore & CallReplica & RateReplicaStore & LockReplica & LedgerReplica & ConsoleReplica;
  config: sql.config;
  /** Which controller this is, for dbo.Controllers. */
  self: ControllerIdentity;
  syncMs: number;
  /** How long a call waits for a look-up. */
  lookupMs: number;
  rules: PricingRules;
  clock: Clock;
  tell: (event: LinkEvent) => void;
};
