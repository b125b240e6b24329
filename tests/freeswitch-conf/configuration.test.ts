import { describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { copyTree, freeswitchConf, settingsOf } from './copy-tree.ts';
import { all, attribute, parse, textOf, xmlFiles } from './xml.ts';

const files = xmlFiles();
const settings = settingsOf(textOf('vars_billing.xml'));
const params = (file: string): Map<string, string> =>
  new Map(all(parse(textOf(file)), 'param').map((param) => [attribute(param, 'name'), attribute(param, 'value')]));

describe.each(files)('%s', (file) => {
  const text = textOf(file);
  const document = parse(text);

  it('has preprocessor lines only as the preprocessor reads them', () => {
    for (const line of text.split('\n')) {
      if (/<\/?include>/.test(line)) expect(line).toMatch(/^<\/?include>$/);
      if (line.includes('X-PRE-PROCESS'))
        expect(line).toMatch(/^\s*<X-PRE-PROCESS cmd="(?:set|include)" data="[^"]+"\/>$/);
    }
    // The preprocessor looks into comments too.
    expect(all(document, 'X-PRE-PROCESS')).toHaveLength(text.split('<X-PRE-PROCESS').length - 1);
  });

  it('includes only files that exist', () => {
    for (const line of all(document, 'X-PRE-PROCESS')) {
      if (attribute(line, 'cmd') !== 'include') continue;
      const target = join(freeswitchConf, dirname(file), attribute(line, 'data'));
      expect(existsSync(target.replace(/\*\.xml$/, ''))).toBe(true);
    }
  });

  it('uses only settings that are set', () => {
    for (const [, name] of text.matchAll(/\$\$\{([^}]*)\}/g)) {
      expect([...settings.keys(), 'local_ip_v4', 'log_dir', 'sounds_dir']).toContain(name);
    }
  });
});

describe('vars_billing.xml', () => {
  it('names every setting once, one per line, and each is used', () => {
    expect(settings.size).toBe(all(parse(textOf('vars_billing.xml')), 'X-PRE-PROCESS').length);
    const used = files.filter((file) => file !== 'vars_billing.xml').map(textOf);
    for (const name of settings.keys()) expect(used.some((text) => text.includes(`$\${${name}}`))).toBe(true);
  });

  it('says what every setting means in the README', () => {
    const readme = readFileSync(join(freeswitchConf, 'README.md'), 'utf8');
    for (const name of settings.keys()) expect(readme).toContain(`\`${name}\``);
  });

  it('contains only placeholder passwords, and no other file contains any', () => {
    const passwords = [...settings].filter(([name]) => name.endsWith('_password'));
    expect(passwords).toHaveLength(4);
    for (const [, value] of passwords) expect(value).toBe('CHANGE-ME');
    for (const file of files.filter((name) => name !== 'vars_billing.xml')) {
      const value = params(file).get('password');
      if (value !== undefined) expect(value).toMatch(/^(?:\$\$\{billing_[a-z0-9_]+\}|not-used)$/);
    }
  });

  it('is the only file that differs between sites', () => {
    const folder = mkdtempSync(join(tmpdir(), 'freeswitch-conf-'));
    try {
      copyTree(folder, { controllers: '10.0.0.1:8084|10.0.0.2:8084', carrier_password: 'a$&amp;b' });
      for (const file of files.filter((name) => name !== 'vars_billing.xml')) {
        expect(readFileSync(join(folder, file), 'utf8')).toBe(textOf(file));
      }
      const changed = settingsOf(readFileSync(join(folder, 'vars_billing.xml'), 'utf8'));
      expect(changed.get('billing_controllers')).toBe('10.0.0.1:8084|10.0.0.2:8084');
      expect(changed.get('billing_carrier_password')).toBe('a$&amp;b');
      expect(changed.size).toBe(settings.size);
      expect(() => copyTree(folder, { carier_host: 'x' })).toThrow('vars_billing.xml has no billing_carier_host');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the configuration', () => {
  it('lets only 3CX send calls, and only this machine use the event socket', () => {
    const profile = params('sip_profiles/billing.xml');
    const [list] = all(parse(textOf('autoload_configs/acl/billing.xml')), 'list');
    expect(list?.getAttribute('name')).toBe(profile.get('apply-inbound-acl'));
    expect(list?.getAttribute('default')).toBe('deny');
    expect(params('autoload_configs/event_socket.conf.xml').get('listen-ip')).toBe('127.0.0.1');
  });

  it('writes CDRs of both legs to disk before posting them', () => {
    const cdr = params('autoload_configs/json_cdr.conf.xml');
    expect(Object.fromEntries(cdr)).toMatchObject({
      'log-b-leg': 'true',
      'encode-values': 'false',
      'log-http-and-disk': 'true',
      retries: '0',
    });
    expect(Number(cdr.get('timeout'))).toBeGreaterThan(0);
    expect(cdr.has('queue-capacity')).toBe(false);
    expect(cdr.has('disable-100-continue')).toBe(false);
  });

  it('accepts digits by RFC 2833 and by SIP INFO', () => {
    const profile = params('sip_profiles/billing.xml');
    expect([profile.get('dtmf-type'), profile.get('liberal-dtmf')]).toEqual(['rfc2833', 'true']);
  });

  it('transfers no conversation, and ends one whose sides are gone, but not one on hold', () => {
    expect(Object.fromEntries(params('sip_profiles/billing.xml'))).toMatchObject({
      'disable-transfer': 'true',
      'manual-redirect': 'true',
      'rtp-timeout-sec': '$${billing_media_timeout_seconds}',
      'rtp-hold-timeout-sec': '$${billing_hold_timeout_seconds}',
      'session-timeout': '$${billing_session_seconds}',
    });
    const seconds = (name: string): number => Number(settings.get(name));
    expect(seconds('billing_media_timeout_seconds')).toBeLessThanOrEqual(180);
    expect(seconds('billing_hold_timeout_seconds')).toBeGreaterThanOrEqual(4 * 3600);
    // RFC 4028, section 4: below 90 nobody has to take it.
    expect(seconds('billing_session_seconds')).toBeGreaterThanOrEqual(90);
  });

  it('has the gateways that routes may name', () => {
    const gateways = files.filter((file) => file.startsWith('sip_profiles/billing/'));
    const names = gateways.flatMap((file) => all(parse(textOf(file)), 'gateway').map((it) => attribute(it, 'name')));
    expect(names.sort()).toEqual(['3cx', '3cx-extension', 'carrier']);
    for (const name of ['billing_emergency_gateway', 'billing_emergency_gateway_2']) {
      expect(names).toContain(settings.get(name));
    }
  });

  it('loads the modules that billing needs, and logs no digits', () => {
    const modules = all(parse(textOf('autoload_configs/modules.conf.xml')), 'load').map((it) =>
      attribute(it, 'module'),
    );
    expect(modules).toEqual(
      expect.arrayContaining(['mod_event_socket', 'mod_json_cdr', 'mod_sofia', 'mod_tone_stream']),
    );
    const levels = all(parse(textOf('autoload_configs/logfile.conf.xml')), 'map').map((map) => attribute(map, 'value'));
    expect(levels.join()).not.toMatch(/debug|all/);
  });
});
