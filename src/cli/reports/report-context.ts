import type { Period } from '../../reports/period.ts';
import type { ReportSource } from '../../reports/report.ts';
import type { ReportSite } from '../../reports/site.ts';
import type { IssuedStore } from '../../reports/statements/issued.ts';
import type { Progress, ProgressStream } from '../progress.ts';

export type ReportContext = {
  source: ReportSource;
  /** IANA name of the site's time zone. */
  timeZone: string;
  site: ReportSite;
  nowMs: () => number;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream & ProgressStream;
  /** Where statements that went out are kept. */
  issued?: IssuedStore;
  /** Before the report is read. */
  prepare?: (period: Period, progress: Progress) => Promise<void>;
};
