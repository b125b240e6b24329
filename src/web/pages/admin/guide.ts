import { accountNamed } from '../../../directory/payer.ts';
import { readNumber } from '../../../numbers/read.ts';
import { keysOf } from '../../../numbers/written.ts';
import { simulatorName, type CallRecord } from '../../../words/call-record.ts';
import { until } from '../../../words/clock.ts';
import { areas } from '../../access/areas.ts';
import { html, type Html, type Part } from '../../html.ts';
import { entryOf, get, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { guideTexts as texts } from '../../texts/guide.ts';
import {
  badge,
  button,
  errorOf,
  errorSummary,
  facts,
  field,
  form,
  linkButton,
  moment,
  type FieldError,
} from '../elements.ts';

/** What it takes until the first call is billed, and how each step stands now. */

const recentCalls = 50;
const recording = { withinMs: 5_000, everyMs: 200 };

const states = { done: 'good', open: 'warn', optional: 'plain', wrong: 'bad' } as const;

const step = (title: string, state: keyof typeof states, body: Part): Html =>
  html`<section class="step">
    <h2>${title} ${badge(texts[state], states[state])}</h2>
    ${body}
  </section>`;

const commands = (text: string): Html => html`<pre class="code">${text}</pre>`;

async function page(visit: MemberVisit, errors: readonly FieldError[] = []): Promise<Answer> {
  const steps = await Promise.all([recordsStep(visit), freeSwitchStep(visit), codesStep(visit)]);
  const body = html`<h1>${texts.title}</h1>
    ${errorSummary(errors)}
    <p class="lead">${texts.says}</p>
    ${steps} ${callStep(visit, errors)}`;
  return { kind: 'page', title: texts.title, body, status: errors.length === 0 ? 200 : 422 };
}

const settingOf = ({ parts }: MemberVisit, sought: string): string =>
  parts.settings.find(({ key }) => key === sought)?.value ?? '';

async function recordsStep(visit: MemberVisit): Promise<Html> {
  const { sqlServer } = await visit.parts.controller.health();
  if (sqlServer === null) {
    const how = html`<p>${texts.toSqlServer}</p>
      ${commands(texts.toSqlServerHow)}`;
    return step(
      texts.records,
      'done',
      html`<p>${texts.embedded(settingOf(visit, 'data.dir'))}</p>
        ${how}`,
    );
  }
  const isUp = sqlServer.link === 'up';
  return step(texts.records, isUp ? 'done' : 'wrong', html`<p>${isUp ? texts.sqlServerUp : texts.sqlServerDown}</p>`);
}

async function freeSwitchStep(visit: MemberVisit): Promise<Html> {
  const { controller, guide, store } = visit.parts;
  const [at, socket, recent] = await Promise.all([
    controller.listening(),
    guide.askFreeSwitch(),
    store.listCallRecords({ limit: recentCalls }),
  ]);
  const last = recent.find(({ switchName }) => switchName !== simulatorName) ?? null;
  const said = socket === null ? texts.noEventSocket : socket.ok ? socket.value : socket.problem;
  const isWrong = socket?.ok === false || (last === null && (at?.refused ?? 0) > 0);
  const body = html`${facts([
      [texts.listens, at === null ? texts.notYet : `${at.host}:${at.port}`],
      [texts.connections, at === null ? '' : texts.connectionsText(at.accepted, at.refused)],
      [texts.lastCall, last === null ? texts.noCall : html`${moment(visit, last.startedAtMs)}, ${last.switchName}`],
      [texts.eventSocket, said],
    ])}
    <p>${texts.copySays}</p>
    ${commands(texts.copyHow)}
    <p>${texts.controllersSay}</p>
    ${commands(`<X-PRE-PROCESS cmd="set" data="billing_controllers=${at?.host ?? '127.0.0.1'}:${at?.port ?? ''}"/>`)}`;
  return step(texts.freeSwitch, isWrong ? 'wrong' : last === null ? 'open' : 'done', body);
}

async function codesStep({ parts }: MemberVisit): Promise<Html> {
  const some = await parts.store.pageAccounts({ limit: 1 });
  const links = html`<p class="actions">
    ${linkButton('/accounts/import', texts.importAccounts, some.length === 0 ? 'primary' : 'secondary')}
    ${linkButton('/accounts/new', texts.addAccount)} ${linkButton('/extensions/new', texts.addExtension)}
  </p>`;
  const isEmpty = some.length === 0;
  const says = html`<p>${isEmpty ? texts.noCodes : texts.codesThere}</p>`;
  return step(texts.codes, isEmpty ? 'open' : 'done', html`${says}${links}`);
}

function callStep(visit: MemberVisit, errors: readonly FieldError[]): Html {
  const value = (name: string): string => visit.form.get(name) ?? '';
  const extension = value('extension') === '' ? visit.user.extension : value('extension');
  const fields = html`${field({ name: 'account', label: texts.account, value: value('account'), error: errorOf(errors, 'account') })}
  ${field({ name: 'number', label: texts.number, value: value('number'), inputmode: 'tel', error: errorOf(errors, 'number') })}
  ${field({ name: 'extension', label: texts.extension, value: extension === '' ? '201' : extension, width: 'short', error: errorOf(errors, 'extension') })}
  ${button(texts.place)}`;
  return step(
    texts.call,
    'optional',
    html`<p>${texts.callSays}</p>
      ${form(visit, '/guide/call', fields)}`,
  );
}

type Typed = { account: string; number: string; extension: string };

function problemsOf({ parts }: MemberVisit, { account, number, extension }: Typed): FieldError[] {
  const isNumber = /^\d{1,30}$/.test(number);
  const isEmergency = isNumber && readNumber(number, parts.plan).callType === 'emergency';
  return [
    ...(account === '' ? [{ field: 'account', text: texts.accountNeeded }] : []),
    ...(isNumber ? [] : [{ field: 'number', text: texts.numberNeeded }]),
    ...(isEmergency ? [{ field: 'number', text: texts.emergency }] : []),
    ...(/^[0-9*#+]{1,40}$/.test(extension) ? [] : [{ field: 'extension', text: texts.extensionNeeded }]),
  ];
}

async function placeCall(visit: MemberVisit): Promise<Answer> {
  const { parts } = visit;
  const given = (name: string): string => (visit.form.get(name) ?? '').trim();
  const number = keysOf(given('number'));
  const typed: Typed = { number, account: given('account'), extension: given('extension') };
  const errors = problemsOf(visit, typed);
  if (errors.length > 0) return page(visit, errors);
  const payer = await accountNamed(typed.account, parts.store);
  const account = payer.ok ? payer.value : null;
  if (account === null)
    return page(visit, [{ field: 'account', text: payer.ok ? texts.accountNeeded : payer.problem }]);
  const after = { account: account.name, number, extension: typed.extension };
  await parts.people.appendAudit(entryOf(visit, 'guide-call-placed', `call to ${number}`, { after }));
  const placed = await parts.guide.placeCall({ ...typed, code: account.code });
  if (!placed.ok) return page(visit, [{ field: '', text: placed.problem }]);
  const record = await closedRecord(visit, placed.value);
  if (record === null) return page(visit, [{ field: '', text: texts.noRecord(placed.value) }]);
  return { kind: 'redirect', to: `/calls/${encodeURIComponent(record.callId)}`, said: 'guide-call-placed' };
}

/** Once it is written: where SQL Server is the system of record, a moment after it is here. Null: not in time. */
const closedRecord = ({ parts }: MemberVisit, callId: string): Promise<CallRecord | null> =>
  until(parts.clock, recording, async () => {
    const record = await parts.store.findCallRecord(callId);
    return record?.endedAtMs == null ? null : record;
  });

export const guideRoutes: readonly Route[] = [
  get('/guide', areas.guide, (visit) => page(visit)),
  post('/guide/call', areas.guide, placeCall),
];
