import type { Database } from 'better-sqlite3';
import type { TokenStore } from '../../ports/console-store.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';
import { selectTokens, tokenOf, type TokenRow } from './rows.ts';

/** Read on the calling thread, written by the writer's. */
export function tokenStore(db: Database, perform: Perform): TokenStore {
  const all = db.prepare<[], TokenRow>(`${selectTokens} ORDER BY id DESC`);
  const byHash = db.prepare<[string], TokenRow>(`${selectTokens} WHERE token_hash = ?`);
  return {
    listTokens: () => reading(db, () => all.all().map(tokenOf)),
    findToken: (tokenHash) =>
      reading(db, () => {
        const row = byHash.get(tokenHash);
        return row === undefined ? null : tokenOf(row);
      }),
    addToken: (token, entry) => perform('addToken', { token, entry }),
    revokeToken: async (id, atMs, entry) => {
      await perform('revokeToken', { id, atMs, entry });
    },
    seeToken: async (id, atMs) => {
      await perform('seeToken', { id, atMs });
    },
    beginRequest: (request) => perform('beginRequest', request),
    keepAnswer: async (request, answer) => {
      await perform('keepAnswer', { request, answer });
    },
    forgetRequest: async (request) => {
      await perform('forgetRequest', request);
    },
  };
}
