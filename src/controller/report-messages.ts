import type { ReportPage } from '../reports/desk.ts';
import type { Format } from '../reports/format.ts';
import type { CallsQuery } from '../reports/report.ts';
import type { ReportRequest } from '../reports/request.ts';
import type { ReportSite } from '../reports/site.ts';
import type { StoreError } from '../store/ports/store-error.ts';
import type { Result } from '../words/result.ts';

/** What the console and a thread that makes reports tell each other. */

export type ReportThreadData = { file: string; timeZone: string; site: ReportSite; nice: number };

/** A time zone crosses by its name. */
export type SentRequest = Omit<ReportRequest, 'zone'> & { zone: string };

export type ReportJob =
  | { what: 'page'; request: SentRequest }
  | { what: 'content'; request: SentRequest; format: Format; checksNames: boolean }
  | { what: 'calls'; query: CallsQuery };

/** `opened`: names what comes in pieces. */
export type ToReports =
  | { kind: 'open'; id: number; opened: number; job: ReportJob }
  | { kind: 'next'; id: number; opened: number }
  | { kind: 'end'; opened: number }
  | { kind: 'stop' };

export type ReportAnswer =
  | { kind: 'page'; page: Result<ReportPage> }
  | { kind: 'opened'; problem: string | null }
  | { kind: 'piece'; piece: unknown }
  | { kind: 'over' };

export type FromReports =
  | { kind: 'answer'; id: number; answer: ReportAnswer }
  | { kind: 'failed'; id: number; code: StoreError['code']; why: string }
  | { kind: 'problem'; text: string };
