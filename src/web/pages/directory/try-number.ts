import type { Verdict } from '../../../call/dry-call.ts';
import { keysOf } from '../../../numbers/written.ts';
import type { Price } from '../../../rating/price.ts';
import type { Account } from '../../../words/directory.ts';
import { html, type Html, type Part } from '../../html.ts';
import type { MemberVisit } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { accountTexts as texts } from '../../texts/directory.ts';
import { wordText } from '../../texts/outcomes.ts';
import { badge, button, duration, facts, field, priceText, table } from '../elements.ts';

/** What would be decided of a call with this account's code: asked of the rules that decide calls. */
export async function trySection(visit: MemberVisit, account: Account): Promise<Html> {
  const number = (visit.query.get('number') ?? '').slice(0, 60);
  const extension = (visit.query.get('extension') ?? '').trim().slice(0, 40);
  const verdict =
    number.trim() === ''
      ? null
      : await visit.parts.explain({
          keyed: keysOf(number),
          ...{ code: account.code, extension: extension === '' ? null : extension, atMs: visit.nowMs },
        });
  return html`<section id="try">
    <h2>${texts.try}</h2>
    <p class="hint">${texts.trySays}</p>
    <form class="filters" method="get" action="/accounts/${account.id}#try">
      ${field({ name: 'number', label: texts.number, value: number, inputmode: 'tel' })}
      ${field({ name: 'extension', label: texts.fromExtension, value: extension, width: 'short' })}
      ${button(texts.try, 'secondary')}
    </form>
    ${verdict !== null && verdictOf(verdict)}
  </section>`;
}

const kinds = { allowed: 'good', refused: 'bad', 'code-asked': 'warn' } as const;

const knownPrice = (price: Price | null): string => (price === null ? '' : priceText(price, texts.noPrice));

function verdictOf(verdict: Verdict): Html {
  const { decision, reason, rule, callType, number, e164, limits, longestSeconds } = verdict;
  const shown = e164 === null || e164 === number ? number : `${number} = ${e164}`;
  const isAllowed = decision === 'allowed';
  const rows = limits.map(({ limit, party, allowed, used }): Part[] => [
    limit,
    party,
    String(allowed),
    used === null ? '' : String(used),
    used === null || typeof allowed !== 'number' ? '' : String(Math.max(0, Math.floor((allowed - used) * 100) / 100)),
  ]);
  const columns = [texts.limit, texts.whose, texts.allowed, texts.used, texts.left];
  return html`<div role="status">
    <p>${badge(texts.verdict[decision], kinds[decision])}</p>
    ${facts([
      [texts.number, shown],
      [texts.callType, callType ?? formTexts.none],
      [texts.reason, reason === null ? '' : wordText(reason)],
      [texts.rule, rule ?? ''],
      [texts.longest, isAllowed ? (longestSeconds === null ? texts.noEnd : duration(longestSeconds * 1000)) : ''],
      [texts.minute, knownPrice(verdict.minutePrice)],
      [texts.atMost, knownPrice(verdict.longestPrice)],
    ])}
    ${
      rows.length > 0 &&
      html`<h3>${texts.limitsOf}</h3>
        ${table(texts.limitsOf, columns, rows)}`
    }
  </div>`;
}
