import type { z } from 'zod';
import type { ApiToken, ConsoleSession, ConsoleUser, NewAuditEntry, Role, Scope } from '../words/console.ts';
import type { KnownUser } from '../store/ports/console-store.ts';
import type { Html } from './html.ts';
import type { ConsoleParts } from './parts.ts';
import type { Said } from './texts.ts';
import type { Upload } from './uploads.ts';

/** What a browser is answered. */
export type Answer =
  | { kind: 'page'; title: string; body: Html; status?: number; refreshSeconds?: number; cookies?: readonly Cookie[] }
  /** A piece of a page, for the console's own script. */
  | { kind: 'piece'; body: Html }
  /** `said`: what the next page begins with. */
  | { kind: 'redirect'; to: string; said?: Said; cookies?: readonly Cookie[] }
  | { kind: 'file'; name: string; type: string; content: AsyncIterable<string | Uint8Array> | string | Buffer }
  | { kind: 'asset'; type: string; content: string }
  | { kind: 'json'; value: unknown; status?: number }
  /** Server-sent events: one whenever the piece has changed. */
  | { kind: 'events'; next: () => Promise<Html>; everyMs: number };

/** Value null: taken away. */
export type Cookie = { name: 'session' | 'visit' | 'signing-in'; value: string | null };

/** One request. */
export type Visit = {
  parts: ConsoleParts;
  /** Of the route's path. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** What was typed; empty where nothing was sent. */
  form: URLSearchParams;
  upload: Upload | null;
  /** Path and query. */
  url: string;
  /** `https://console.example`, as the browser has it. */
  origin: string;
  address: string;
  agent: string;
  user: ConsoleUser | null;
  /** Name of the token by which a program came; null: a person in a browser. */
  via: string | null;
  /** The secret of what this browser is in the middle of before it is signed in (`ConsoleParts.signingIn`). */
  signingIn: string | null;
  /** What the forms of this browser carry. */
  formToken: string;
  nowMs: number;
};

/** One of somebody who is known, in a browser or by a program. */
export type MemberVisit = Visit & { user: KnownUser };

/** One of somebody who is signed in. */
export type SessionVisit = MemberVisit & { session: ConsoleSession };

/**
 * Whose things it shows. `department`: its answer is limited to the person's department where there is one; `whole`: it cannot be
 * limited, and people with a department may not use it; `own`: only what is the person's own.
 */
export type Within = 'department' | 'whole' | 'own';

type Way = {
  method: 'GET' | 'POST';
  /** `/accounts/:id`. */
  path: string;
  /** The form may carry a file of up to so many bytes. */
  uploadBytes?: number;
};

export type PageRoute =
  | (Way & { may: 'anyone'; answer: (visit: Visit) => Promise<Answer> })
  | (Way & Area & { answer: (visit: SessionVisit) => Promise<Answer> });

/** A request of a program; its token has the scope of the operation, and its user may use the route. */
export type ApiVisit = MemberVisit & {
  token: ApiToken;
  /** `If-Match`; null: it has none. */
  ifMatch: string | null;
};

/** `etag`: of what it gives, without quotation marks. */
export type ApiAnswer =
  { value: unknown; etag?: string; location?: string } | { content: AsyncIterable<string | Uint8Array> };

/** A schema with the name that the document of the API gives it. */
export type NamedSchema = { name: string; schema: z.ZodType };

/** What the document of the API says of a route, and what its input is checked by. */
export type Operation = {
  /** `listAccounts`. */
  id: string;
  summary: string;
  scope: Scope;
  /** Each once; texts. */
  query?: z.ZodObject;
  body?: NamedSchema;
  gives: NamedSchema;
  status: 200 | 201;
  /** It changes only what the program has seen: `If-Match` must be given. */
  isGuarded?: true;
  /** What it gives has a version, which `If-Match` takes. */
  hasVersion?: true;
};

export type ApiRoute = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  may: readonly Role[];
  within: Within;
  operation: Operation;
  /** `body`: as its schema gives it. */
  answer: (visit: ApiVisit, body: unknown) => Promise<ApiAnswer>;
};

/** Every route says who may use it: one that does not, does not compile. */
export type Route = PageRoute | ApiRoute;

export const isApi = (route: Route): route is ApiRoute => 'operation' in route;
export const isPage = (route: Route): route is PageRoute => !isApi(route);

export type Area = {
  readonly may: readonly Role[];
  readonly within: Within;
  /** Also for those who still have to set up the second factor that their role needs. */
  readonly isSetUp?: true;
};
type Answering<Asked> = (visit: Asked) => Promise<Answer>;

/** Of the area (access/areas.ts) whose people may use it. */
export const get = (path: string, area: Area, answer: Answering<SessionVisit>): PageRoute => ({
  ...{ ...area, method: 'GET', path, answer },
});

export const post = (
  path: string,
  area: Area,
  answer: Answering<SessionVisit>,
  more: Pick<Way, 'uploadBytes'> = {},
): PageRoute => ({ ...more, ...area, method: 'POST', path, answer });

/** For people whom nobody knows. */
export const open = (method: Way['method'], path: string, answer: Answering<Visit>): PageRoute => ({
  ...{ method, path, may: 'anyone', answer },
});

/** There is no such thing, or it is none of this person's business: nobody learns which. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** The person may not do this. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';
}

/** Somebody who sees nothing: a department that no account and no call has. */
const noDepartment = -1;

/** The department that a person's sight is limited to; null: it is not. */
export const departmentOf = ({ role, departmentId }: Pick<ConsoleUser, 'role' | 'departmentId'>): number | null =>
  departmentId ?? (role === 'viewer' || role === 'caller' ? noDepartment : null);

/** Whether this person may see what belongs to this department; null: what belongs to none. */
export const seesDepartment = (user: Pick<ConsoleUser, 'role' | 'departmentId'>, id: number | null): boolean => {
  const limited = departmentOf(user);
  return limited === null || limited === id;
};

/** A line of the audit trail about what this person does now. */
export const entryOf = (
  { user, address, nowMs, via = null }: Pick<Visit, 'user' | 'address' | 'nowMs'> & Partial<Pick<Visit, 'via'>>,
  action: NewAuditEntry['action'],
  subject: string,
  changes: Partial<Pick<NewAuditEntry, 'before' | 'after'>> = {},
): NewAuditEntry => ({
  ...{ atMs: nowMs, who: user?.name ?? '', address, action },
  subject: via === null ? subject : `${subject}, by token ${via}`,
  ...{ before: changes.before ?? null, after: changes.after ?? null },
});
