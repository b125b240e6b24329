import type { Database } from 'better-sqlite3';
import type { Rate } from '../../../rating/rate.ts';
import type { RateBrowser, RatePlace } from '../../ports/rate-store.ts';
import { reading } from '../reading.ts';
import { always } from './always.ts';
import { selectRates } from './rows.ts';

type Piece = {
  tableId: number;
  from: string;
  until: string;
  prefix: string;
  validFrom: number;
  scope: string;
  limit: number;
};

/** Behind every digit. */
const behindAll = ':';
const beforeAll: RatePlace = { prefix: '', validFromMs: null, scope: '' };

/** Pages of a table's present rates, read by the index alone: a million rates make none of them slower. */
export function browseRates(db: Database): RateBrowser {
  const piece = db.prepare<[Piece], Rate>(
    `${selectRates} WHERE r.table_id = @tableId AND r.version = t.version AND t.id = @tableId
  AND r.prefix >= @from AND r.prefix < @until AND (r.prefix, ifnull(r.valid_from, ${always}), r.scope) > (@prefix, @validFrom, @scope)
ORDER BY r.prefix, r.valid_from, r.scope LIMIT @limit`,
  );
  return {
    pageRates: ({ tableId, spans, after, limit }) =>
      reading(db, () => {
        const { prefix, validFromMs, scope } = after ?? beforeAll;
        const found: Rate[] = [];
        for (const { from, until } of spans) {
          if (found.length >= limit) break;
          if (until !== null && until <= prefix) continue;
          const begin = from > prefix ? from : prefix;
          const asked = { tableId, from: begin, until: until ?? behindAll, limit: limit - found.length };
          found.push(...piece.all({ ...asked, prefix, scope, validFrom: validFromMs ?? always }));
        }
        return found;
      }),
  };
}
