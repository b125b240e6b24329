import { describe, expect, it } from '@jest/globals';
import { describeConfig, loadConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema.ts';
import { addressOf, isConfigured, poolConfig } from '../../../src/store/sqlserver/settings.ts';

const configOf = (flags: Record<string, string>): Config => loadConfig({ file: null, env: {}, flags });
const made = (flags: Record<string, string>) => poolConfig(configOf(flags).sqlserver);

describe('the connection to SQL Server', () => {
  it('is not configured if no setting names it', () => {
    expect(isConfigured(configOf({}).sqlserver)).toBe(false);
    expect(isConfigured(configOf({ 'sqlserver.server': 'db1' }).sqlserver)).toBe(true);
    expect(isConfigured(configOf({ 'sqlserver.connectionString': 'Server=db1' }).sqlserver)).toBe(true);
  });

  it('is encrypted, and the certificate is verified, unless told otherwise', () => {
    expect(made({ 'sqlserver.server': 'db1' })).toMatchObject({
      ...{ server: 'db1', port: 1433, database: 'billing' },
      options: { encrypt: true, trustServerCertificate: false, tdsVersion: '7_4', useUTC: true },
      validateConnection: 'socket',
    });
    const told = made({
      ...{ 'sqlserver.server': 'db1', 'sqlserver.encrypt': 'false', 'sqlserver.trustServerCertificate': 'true' },
    });
    expect(told.options).toMatchObject({ encrypt: false, trustServerCertificate: true });
  });

  it('takes everything from a connection string', () => {
    const config = made({
      'sqlserver.connectionString':
        'Server=tcp:db1,1444;Database=calls;User Id=u;Password=p;Encrypt=true;TrustServerCertificate=true',
    });
    expect(config).toMatchObject({ server: 'db1', port: 1444, database: 'calls', user: 'u', password: 'p' });
    expect(config.options).toMatchObject({ encrypt: true, trustServerCertificate: true });
    expect(addressOf(config)).toBe('db1:1444/calls');
  });

  it('works with SQL Server 2008: its TDS version, and TLS 1.0 with the ciphers of its time', () => {
    const { options } = made({
      ...{ 'sqlserver.server': 'old', 'sqlserver.tdsVersion': '7_3_A', 'sqlserver.legacyTls': 'true' },
    });
    expect(options).toMatchObject({
      tdsVersion: '7_3_A',
      cryptoCredentialsDetails: { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' },
    });
  });

  it.each([
    ['a Windows login (NTLM)', { 'sqlserver.server': 'db1', 'sqlserver.domain': 'CORP' }, { domain: 'CORP' }],
    [
      'an Entra password',
      { 'sqlserver.connectionString': 'Server=db1;User Id=u;Password=p;Authentication=Active Directory Password' },
      { authentication_type: 'azure-active-directory-password' },
    ],
    [
      'a named instance',
      { 'sqlserver.connectionString': 'Server=db1\\SQLEXPRESS;User Id=u;Password=p' },
      { server: 'db1', options: { instanceName: 'SQLEXPRESS' } },
    ],
  ])('with %s', (_, flags, expected) => {
    expect(made(flags)).toMatchObject(expected);
  });

  it('shows neither password nor connection string', () => {
    const shown = describeConfig(
      configOf({ 'sqlserver.password': 'hush-1', 'sqlserver.connectionString': 'Server=db1;Password=hush-2' }),
    );
    expect(shown).not.toMatch(/hush/);
  });
});
