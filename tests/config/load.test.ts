import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dialPlanOf } from '../../src/numbers/plan.ts';
import { ConfigError } from '../../src/config/error.ts';
import { environmentNameOf, flagOf, settings } from '../../src/config/keys.ts';
import { describeConfig, loadConfig } from '../../src/config/load.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string): string {
  const path = join(folder, 'billing-codes.json');
  writeFileSync(path, content);
  return path;
}
const load = (sources: Partial<Parameters<typeof loadConfig>[0]>) =>
  loadConfig({ file: null, env: {}, flags: {}, ...sources });

describe('the configuration', () => {
  it.each([
    ['a value without quotes', '{\n "sqlserver": { "password": pass-Word-1 }\n}', 'line 2 column 29'],
    ['a comma that is missing', '{ "sqlserver": { "password": "pass-Word-1" "user": "sa" } }', 'line 1 column 44'],
    ['a quote that is missing', '{ "sqlserver": { "password": "pass-Word-1 } }', 'line 1'],
    ['an end that is missing', '{ "sqlserver": { "password": "pass-Word-1"', 'line 1 column 43'],
    ['a comment', '{ "sqlserver": { // pass-Word-1\n } }', 'line 1 column 18'],
  ])('says where a file with %s is wrong, and quotes none of it', (_what, content, where) => {
    const path = file(content);
    let message = '';
    try {
      load({ file: path });
    } catch (error) {
      message = error instanceof ConfigError ? error.message : '';
    }
    expect(message).toContain(`${path} is not valid JSON: see ${where}`);
    expect(message).not.toMatch(/pass|Word/);
  });

  it('takes the later source: defaults, file, environment, flags', () => {
    expect(load({}).esl.port).toBe(8084);
    const path = file('\uFEFF{"esl":{"port":1,"host":"::1"},"dialPlan":{"emergencyNumbers":["112"]}}');
    expect(load({ file: path }).esl.port).toBe(1);
    const env = { BILLING_ESL_PORT: '2', BILLING_DIAL_PLAN_COUNTRY_CODE: '44', PATH: '/bin' };
    const config = load({ file: path, env, flags: { 'esl.port': '3' } });
    expect(config.esl).toMatchObject({ port: 3, host: '::1' });
    expect(config.dialPlan).toMatchObject({ countryCode: '44', emergencyNumbers: ['112'] });
  });

  it('has a unique environment variable and flag for every setting', () => {
    const keys = settings().map(({ key }) => key);
    expect(new Set(keys.map(environmentNameOf)).size).toBe(keys.length);
    expect(new Set(keys.map(flagOf)).size).toBe(keys.length);
    expect(environmentNameOf('dialPlan.countryCode')).toBe('BILLING_DIAL_PLAN_COUNTRY_CODE');
    expect(environmentNameOf('esl.port')).toBe('BILLING_ESL_PORT');
    expect(environmentNameOf('data.dir')).toBe('BILLING_DATA_DIR');
  });

  it('accepts every default as if a person had written it', () => {
    for (const { key, setting } of settings()) {
      expect({ key, ok: setting.format.accepts(setting.default) }).toEqual({ key, ok: true });
    }
  });

  it.each([
    ['12abc', 'BILLING_ESL_PORT'],
    ['', 'BILLING_ESL_PORT'],
    ['8084.5', 'BILLING_ESL_PORT'],
    ['0x10', 'BILLING_ESL_PORT'],
    ['70000', 'BILLING_ESL_PORT'],
    ['10.0.0.0/99', 'BILLING_ESL_ALLOW'],
    ['fast', 'BILLING_LOG_LEVEL'],
    ['1, two', 'BILLING_DIAL_PLAN_NATIONAL_LENGTHS'],
    ['sofia/gateway/a', 'BILLING_ROUTES_EXTERNAL'],
  ])('refuses %j for %s in one line that says what is expected', (value, name) => {
    const attempt = () => load({ env: { [name]: value } });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(new RegExp(`^"[a-zA-Z.]+" \\(${name}\\) must be .+$`));
  });

  it('reads one route, several in order, or none, from every source', () => {
    const [one, two] = ['sofia/gateway/a/{number}', 'sofia/gateway/b/{+e164}?caller=national&identity=pai'];
    const routes = { external: one, local: [one, two], national: '', mobile: [] };
    expect(load({ file: file(JSON.stringify({ routes })) }).routes).toMatchObject({
      ...{ external: [one], local: [one, two], national: [], mobile: [] },
    });
    const env = { BILLING_ROUTES_EXTERNAL: one, BILLING_ROUTES_LOCAL: '' };
    expect(load({ env, flags: { 'routes.mobile': `${one}, ${two}` } }).routes).toMatchObject({
      ...{ external: [one], local: [], mobile: [one, two], internal: ['sofia/gateway/3cx/{number}'] },
    });
    for (const external of ['""', '[]', '["a"]', '[""]', '5']) {
      const path = file(`{"routes":{"external":${external}}}`);
      expect(() => load({ file: path })).toThrow(
        /^"routes\.external" .* must be one or more routes such as .*\{number\}/,
      );
    }
  });

  it('takes caller numbers only in E.164', () => {
    expect(load({ flags: { 'callerNumber.site': '+18016420000' } }).callerNumber).toMatchObject({
      ...{ site: '+18016420000', emergency: '', sources: ['site', 'department', 'extension', 'account'] },
    });
    for (const number of ['8016420000', '911', '+0123456', '+1801 642', '+1801642000x']) {
      expect(() => load({ flags: { 'callerNumber.emergency': number } })).toThrow(/must be a number in E\.164/);
    }
    expect(() => load({ flags: { 'callerNumber.sources': 'site,phone' } })).toThrow(/must be a list of some of site,/);
  });

  it.each([
    ['{"esl":{"prot":1}}', /"esl\.prot" in .* is not a setting/],
    ['{"esll":{}}', /"esll" in .* is not a setting/],
    ['{"esl":{"port":"8084"}}', /"esl\.port" .* must be a whole number from 0 to 65535, not "8084"/],
    ['{"esl":5}', /"esl" in .* must be an object/],
    ['[]', /must be an object/],
    ['{"esl":', /not valid JSON: see (?:its end|line 1 column 8)/],
    ['{"__proto__":{"a":1}}', /is not a setting/],
  ])('refuses the file %s', (content, message) => {
    const path = file(content);
    expect(() => load({ file: path })).toThrow(message);
  });

  it('gives the dial plan of a country, with the site’s own values', () => {
    const planOf = (env: Record<string, string>) => dialPlanOf(load({ env }).dialPlan);
    expect(planOf({})).toMatchObject({
      ...{
        country: 'US',
        countryCode: '1',
        nationalPrefix: '1',
        internationalPrefixes: ['011', '00'],
        outsideLine: '9',
      },
      ...{ emergencyNumbers: ['112', '911'], extensionLengths: [3, 4], nationalCountries: ['US'] },
    });
    expect(planOf({ BILLING_DIAL_PLAN_COUNTRY: 'DE', BILLING_DIAL_PLAN_AREA_CODE: '30' })).toMatchObject({
      ...{ countryCode: '49', nationalPrefix: '0', internationalPrefixes: ['00'], outsideLine: '', areaCode: '30' },
      emergencyNumbers: ['110', '112'],
    });
    // As before there were countries.
    expect(planOf({ BILLING_DIAL_PLAN_COUNTRY_CODE: '44' })).toMatchObject({ country: 'GB', nationalPrefix: '0' });
    expect(planOf({ BILLING_DIAL_PLAN_OUTSIDE_LINE: '' })).toMatchObject({ outsideLine: '' });
    expect(planOf({ BILLING_DIAL_PLAN_NATIONAL_COUNTRIES: 'PR,VI' })).toMatchObject({
      nationalCountries: ['US', 'PR', 'VI'],
    });
  });

  it.each([
    [{ BILLING_DIAL_PLAN_COUNTRY: 'DE', BILLING_DIAL_PLAN_COUNTRY_CODE: '1' }, /countryCode is 1, but .* DE has 49/],
    [{ BILLING_DIAL_PLAN_COUNTRY_CODE: '999' }, /countryCode 999 is the code of no country/],
    [{ BILLING_DIAL_PLAN_COUNTRY: 'XX' }, /"dialPlan.country" .* must be the two letters/],
    [{ BILLING_DIAL_PLAN_COUNTRY: '__proto__' }, /must be the two letters/],
    [{ BILLING_DIAL_PLAN_NATIONAL_COUNTRIES: 'PR,Guam' }, /must be a list of countries/],
  ])('refuses a dial plan for no country, or for two: %j', (env, message) => {
    expect(() => load({ env })).toThrow(ConfigError);
    expect(() => load({ env })).toThrow(message);
  });

  it('refuses a missing file, and a variable and a flag that are not settings', () => {
    expect(() => load({ file: join(folder, 'none.json') })).toThrow(/none\.json cannot be read/);
    expect(() => load({ env: { BILLING_ESL_PROT: '1' } })).toThrow(/BILLING_ESL_PROT is not a setting/);
    expect(() => load({ flags: { 'esl.prot': '1' } })).toThrow(/--esl-prot is not a setting/);
  });

  it.each([
    ['an address with a password in it', 'smtp://u:pass-Word-1@host:587'],
    ['a connection string', 'Server=db;User Id=sa;Password=pass-Word-1'],
    ['JSON of another setting', '[{"name":"a","secret":"pass-Word-1"}]'],
    ['an object', { secretly: 'pass-Word-1' }],
    ['a list of objects', [{ url: 'https://a', hidden: 'pass-Word-1' }]],
  ])('does not print a secret that stands under the wrong name: %s', (_, value) => {
    const fileOf = (settings: object): string => file(JSON.stringify(settings));
    const path = fileOf({ esl: { port: value } });
    expect(() => load({ file: path })).toThrow(/^"esl\.port" \(.*\) must be a whole number from 0 to 65535$/);
    const list = fileOf({ dialPlan: { emergencyNumbers: [value] } });
    expect(() => load({ file: list })).toThrow(/^"dialPlan\.emergencyNumbers" \((?!.*pass-Word)/);
  });

  it('prints no more of a value than people read', () => {
    const path = file(JSON.stringify({ esl: { port: '7'.repeat(100_000) } }));
    expect(() => load({ file: path })).toThrow(/not "7{99}…$/);
  });

  it('prints itself as JSON that can be read back, except for its secrets', () => {
    const secrets = Object.fromEntries(
      settings()
        // A list is masked whole, which is no list.
        .filter(({ setting, key }) => setting.sensitive === true && key !== 'webhooks.targets')
        .map(({ key }) => [key, '[Sensitive]']),
    );
    expect(Object.keys(secrets)).toEqual(expect.arrayContaining(['cdr.password', 'freeswitch.password']));
    const env = { BILLING_ESL_ALLOW: '10.0.0.0/8, 192.0.2.7' };
    const given = { 'cdr.password': 'open sesame', 'webhooks.targets': '[{"secret":"open sesame"}]' };
    const printed = describeConfig(load({ env, flags: given }));
    expect(printed).not.toContain('open sesame');
    expect(printed).toMatch(/"targets": "\[Sensitive\]"/);
    const path = file(printed.replace(/"targets": "\[Sensitive\]"/, '"targets": []'));
    expect(load({ file: path })).toEqual(load({ env, flags: secrets }));
  });
});
