import type { Database } from 'better-sqlite3';
import type { ApiToken, NewAuditEntry } from '../../../words/console.ts';
import type { KeptRequest, NewToken, RequestKey, TokenStore } from '../../ports/console-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { tokenFields } from '../../tables/console.ts';
import { insertInto, valuesOf } from './columns.ts';
import { selectTokens, tokenOf, type TokenRow } from './rows.ts';
import type { PerformersOf } from '../performers.ts';

type Begun = Parameters<TokenStore['beginRequest']>[0];
type Answer = { status: number; json: string };

export type TokenOperations = {
  addToken: { input: { token: NewToken; entry: NewAuditEntry }; result: ApiToken };
  revokeToken: { input: { id: number; atMs: number; entry: NewAuditEntry }; result: null };
  seeToken: { input: { id: number; atMs: number }; result: null };
  beginRequest: { input: Begun; result: KeptRequest | null };
  keepAnswer: { input: { request: RequestKey; answer: Answer }; result: null };
  forgetRequest: { input: RequestKey; result: null };
};

type Performers = PerformersOf<TokenOperations>;

/** Operations of the writer, to be run inside its transaction. They throw. */
export function prepareTokens(db: Database, note: (entry: NewAuditEntry) => void): Performers {
  const byId = db.prepare<[number | bigint], TokenRow>(`${selectTokens} WHERE id = ?`);
  const insert = db.prepare(insertInto('console_tokens', tokenFields));
  const revoke = db.prepare<[number, number]>(
    'UPDATE console_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
  );
  const see = db.prepare<[number, number]>('UPDATE console_tokens SET used_at = ? WHERE id = ?');
  return {
    addToken({ token, entry }) {
      const { lastInsertRowid } = insert.run(valuesOf(tokenFields, { ...token, scopes: token.scopes.join(' ') }));
      note(entry);
      const row = byId.get(lastInsertRowid);
      if (row === undefined) throw new StoreError('unavailable', `${db.name}: the token just written is not there.`);
      return tokenOf(row);
    },
    revokeToken({ id, atMs, entry }) {
      if (revoke.run(atMs, id).changes > 0) note(entry);
      return null;
    },
    seeToken({ id, atMs }) {
      see.run(atMs, id);
      return null;
    },
    ...prepareRequests(db),
  };
}

type RequestRow = { fingerprint: string; status: number | null; answer: string | null };

function prepareRequests(db: Database): Pick<Performers, 'beginRequest' | 'keepAnswer' | 'forgetRequest'> {
  const which = 'WHERE token_id = @tokenId AND request_key = @key';
  const forgetOld = db.prepare<[number]>('DELETE FROM console_requests WHERE at < ?');
  const find = db.prepare<[RequestKey], RequestRow>(
    `SELECT fingerprint, status, answer FROM console_requests ${which}`,
  );
  const begin = db.prepare(
    'INSERT INTO console_requests (token_id, request_key, fingerprint, at) VALUES (@tokenId, @key, @fingerprint, @atMs)',
  );
  const keep = db.prepare(`UPDATE console_requests SET status = @status, answer = @json ${which}`);
  const forget = db.prepare(`DELETE FROM console_requests ${which}`);
  return {
    beginRequest({ tokenId, key, fingerprint, atMs, forgetBeforeMs }) {
      forgetOld.run(forgetBeforeMs);
      const row = find.get({ tokenId, key });
      if (row === undefined) {
        begin.run({ tokenId, key, fingerprint, atMs });
        return null;
      }
      const { status, answer } = row;
      return { fingerprint: row.fingerprint, answer: status === null ? null : { status, json: answer ?? '' } };
    },
    keepAnswer({ request, answer }) {
      keep.run({ ...request, ...answer });
      return null;
    },
    forgetRequest(request) {
      forget.run(request);
      return null;
    },
  };
}
