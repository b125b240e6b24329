import type { AlertStore } from '../store/ports/alerts.ts';
import type { CostSettings } from '../call/cost.ts';
import type { DryCall, Verdict } from '../call/dry-call.ts';
import type { DialPlan } from '../numbers/dial-plan.ts';
import type { Zone } from '../words/zone.ts';
import type { ReportDesk } from '../reports/desk.ts';
import type { SummaryQuery } from '../reports/report.ts';
import type { Summary } from '../reports/summary.ts';
import type { ToldDeliveries } from '../reports/schedule/lines.ts';
import type { IssuedStore } from '../reports/statements/issued.ts';
import type { ReportSite } from '../reports/site.ts';
import type { Writing } from '../reports/writing.ts';
import type { AuditableChanges, ConsoleStore } from '../store/ports/console-store.ts';
import type { MoveStore } from '../store/ports/move-store.ts';
import type {
  RateBrowser,
  RatesImport,
  RatesImportOptions,
  RatesSource,
  RateTableSummary,
  RateVersion,
} from '../store/ports/rate-store.ts';
import type { OnceStore } from '../store/ports/once.ts';
import type { RecoveryStore } from '../store/ports/recovery-store.ts';
import type { Store } from '../store/ports/store.ts';
import type { Clock } from '../words/clock.ts';
import type { NewAuditEntry, SecondFactorPolicy } from '../words/console.ts';
import type { AccountSetByHand, AccountWish, EndedByHand, LiveCall } from '../words/live-call.ts';
import type { Result } from '../words/result.ts';
import type { SiteTime } from '../words/site-time.ts';
import type { Kept } from './access/kept.ts';
import type { IdentityProvider, ProviderCheck } from './access/provider.ts';
import type { RateLimit } from './access/rate-limit.ts';
import type { SignInLimit } from './access/sign-in-limit.ts';
import type { Health } from './health.ts';
import type { EslFigures } from './measured.ts';
import type { Uploads } from './uploads.ts';

/** The system of record, to be read; changes are made through `change`, which notes them. */
export type ConsoleReader = Omit<Store, 'save' | 'close' | 'keepLock' | keyof AuditableChanges> &
  Pick<MoveStore, 'listMoves'> &
  RateBrowser &
  Pick<RecoveryStore, 'listCorrections'>;

/** What the thread that serves calls is asked; it answers with what it has in memory. */
export type ControllerPort = {
  health(): Promise<Health>;
  /** Those of other controllers, too. */
  live(): Promise<readonly LiveCall[]>;
  cutOff(callId: string): Promise<EndedByHand>;
  /** Rejects with a `StoreError` where the account cannot be looked up. */
  setAccount(wish: AccountWish): Promise<AccountSetByHand>;
  /** Where it listens for FreeSWITCH, and what came there since the start; null: it does not listen yet. */
  listening(): Promise<Listening | null>;
};

export type Listening = { host: string; port: number } & Pick<EslFigures, 'accepted' | 'refused'>;

/** A call from a phone, with a code. */
type CodedCall = { extension: string; code: string; number: string };

/** What the guide of the first run looks at and does. */
export type GuidePort = {
  /** What FreeSWITCH's own event socket says of itself, or why it does not; null: no such socket is configured. */
  askFreeSwitch(): Promise<Result<string> | null>;
  /** Calls this controller as FreeSWITCH would, and talks for two seconds. The answer is the call's id. Nobody is called. */
  placeCall(call: CodedCall): Promise<Result<string>>;
};

/** One setting as the console shows it; secrets are masked. */
export type ShownSetting = { key: string; value: string; from: string; doc: string };

/** The site's calendar, and how dates and numbers are written there. */
export type ConsoleSite = {
  report: ReportSite;
  zone: Zone;
  time: SiteTime;
  writing: Writing;
};

export type Restoring = { table: RateTableSummary; version: RateVersion; dryRun: boolean };

export type ImportingRates = { table: string; source: RatesSource; options: RatesImportOptions };

export type AskedSums = Omit<SummaryQuery, 'clock'> & { limit?: number };

export type SessionLimits = { idleMs: number; absoluteMs: number };

/** Calls the phone, and once it is answered the number, as if the phone had keyed the code. The answer is the call's id. */
export type Dialer = (call: CodedCall) => Promise<Result<string>>;

/** How far somebody has come who is not signed in yet. `passwordHash`: of the password that was right. */
export type SigningIn =
  | { kind: 'second-factor'; userId: number; passwordHash: string; to: string }
  | { kind: 'provider'; check: ProviderCheck; to: string };

/**
 * What somebody typed into a form whose session was over when they sent it. Nothing is done with it: it is kept in memory for a while, and
 * shown to the same person, who sends it once more.
 */
export type Unsent = { userId: number; path: string; fields: readonly (readonly [name: string, value: string])[] };

/** All that the pages work with. */
export type ConsoleParts = {
  store: ConsoleReader;
  /** Each change is made together with this line of the audit trail: both or neither. */
  change(entry: NewAuditEntry): AuditableChanges;
  people: ConsoleStore;
  /** Of the controller here. */
  alerts: Pick<AlertStore, 'listAlerts'>;
  /** Makes the rates of an earlier version those in force again, as one more version; `dryRun`: only compares. */
  restoreRates(entry: NewAuditEntry, restoring: Restoring): Promise<RatesImport>;
  /** Imports rates as `billing-codes rates import` does; `entry` null: only compares. */
  importRates(entry: NewAuditEntry | null, importing: ImportingRates): Promise<RatesImport>;
  /** Pages of reports that take long are up to a minute old. */
  reports: ReportDesk;
  /** Sums over calls, of reports that are read at a glance. Those that take long are up to some minutes old. */
  sums(asked: AskedSums): Promise<Summary>;
  /** Of scheduled reports, by the controller here. */
  deliveries: ToldDeliveries & { issued: Pick<IssuedStore, 'standing'> };
  /** For so long after a call without a code its caller is reminded of it; null: nobody is. */
  remindedForMs: number | null;
  /** There is a mail server. */
  canMail: boolean;
  /** SQL Server is the system of record and cannot be reached: what is read is the copy of this age. Null: it can, or is not used. */
  away(): Promise<{ copyAgeMs: number | null } | null>;
  /** What happens once on all controllers of the system of record; null: it cannot be reached, or there is no other controller. */
  once(): Promise<OnceStore | null>;
  explain(call: DryCall): Promise<Verdict>;
  controller: ControllerPort;
  /** As its own calls name it (`controller.name`). */
  controllerName: string;
  guide: GuidePort;
  dial: Dialer;
  settings: readonly ShownSetting[];
  site: ConsoleSite;
  plan: DialPlan;
  /** What prices depend on besides the rates. */
  cost: CostSettings;
  clock: Clock;
  sessions: SessionLimits;
  signIn: SignInLimit;
  secondFactor: SecondFactorPolicy;
  /** Null: people sign in here alone. */
  provider: IdentityProvider | null;
  signingIn: Kept<SigningIn>;
  /** Secrets of second factors that are not set up yet, each of a user. */
  newFactors: Kept<{ userId: number; totpSecret: string }>;
  /** Codes that are keyed on a page for a call of one's own. */
  codeTries: SignInLimit;
  /** Of the API: by token, and by address for those without a good one. */
  requests: { known: RateLimit; unknown: RateLimit };
  /** Of this program. */
  version: string;
  uploads: Uploads;
  /** Forms that were sent once the session was over. */
  unsent: Kept<Unsent>;
  /** Edits of one thing are made one after the other. */
  inTurn: <T>(key: string, work: () => Promise<T>) => Promise<T>;
  /** The secret of the one-time link by which the first administrator is made; null: there is one, or nobody asked for it. */
  firstRun: { secret: string | null };
  /** Tells the log. */
  problem(text: string): void;
};
