import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { number } from './call-plan.ts';

/** Who decides about a call, and what a caller dials for it. */
export const deciders = {
  ours: { dialled: '7701', title: 'billing-codes' },
  bare: { dialled: '7702', title: 'bare TCP controller' },
  lua: { dialled: '7703', title: 'Lua with SQLite inside FreeSWITCH' },
  dialplan: { dialled: '7704', title: 'dialplan alone' },
} as const;
export type Decider = keyof typeof deciders;

const route = 'sofia/gateway/carrier/{number}';

const collect = '0 64 1 10000 # phrase:billing_ask_shortcut:first silence_stream://10 billing_keyed .+ 5000';
const bridge = `{originate_timeout=60}${route.replace('{number}', number)}`;

/** Puts one extension a decider before those of our dialplan, into the copy of it that FreeSWITCH runs with. */
export function addBenchExtensions(conf: string, ports: { ours: number; bare: number }, script: string): void {
  const file = join(conf, 'dialplan', 'billing.xml');
  const text = readFileSync(file, 'utf8');
  const context = '<context name="billing">';
  if (!text.includes(context)) throw new Error(`${file} has no ${context}`);
  const extensions = [
    extension('ours', [['socket', `127.0.0.1:${ports.ours} async full`]]),
    extension('bare', [['socket', `127.0.0.1:${ports.bare} async full`]]),
    extension('lua', [['lua', script]]),
    extension('dialplan', [
      ['answer', ''],
      ['play_and_get_digits', collect],
      ['bridge', bridge],
    ]),
  ];
  writeFileSync(
    file,
    text.replace(context, () => `${context}\n${extensions.join('\n')}`),
  );
}

/** What our own dialplan sets is set for all. */
function extension(decider: Decider, actions: readonly (readonly [string, string])[]): string {
  const sets = [
    'billing_entry=shortcut',
    'billing_extension=${caller_id_number}',
    'billing_dialled=9',
    'continue_on_fail=true',
    'hangup_after_bridge=true',
    'default_language=en',
  ].map((data) => ['set', data] as const);
  const lines = [...sets, ...actions].map(([app, data]) => `<action application="${app}" data="${data}"/>`);
  return (
    `<extension name="bench_${decider}"><condition field="destination_number" expression="^${deciders[decider].dialled}$">` +
    `${lines.join('')}</condition></extension>`
  );
}

/** The same call as a script inside FreeSWITCH: the code is looked up, and a record written before and after the call. */
export function luaScript(database: string): string {
  return `
local id = session:get_uuid()
local db = freeswitch.Dbh("sqlite://${database}")
session:answer()
session:execute("play_and_get_digits", "${collect}")
local keyed = session:getVariable("billing_keyed") or ""
local code, number = keyed:match("^(%d+)%*%*(%d+)$")
local account = nil
if code then
  db:query("SELECT id FROM accounts WHERE code = '" .. code .. "' AND enabled = 1", function(row) account = row.id end)
end
if account then
  db:query("INSERT INTO call_records (call_id, account_id, code, number, started_at) VALUES ('" .. id .. "', " .. account ..
    ", '" .. code .. "', '" .. number .. "', strftime('%s', 'now'))")
  session:execute("bridge", "{originate_timeout=60}${route.replace('{number}', '" .. number .. "')}")
  db:query("UPDATE call_records SET ended_at = strftime('%s', 'now'), cause = '" .. session:hangupCause() ..
    "' WHERE call_id = '" .. id .. "'")
end
db:release()
`;
}
