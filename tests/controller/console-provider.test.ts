import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import { providerSettings } from '../../src/controller/console-provider.ts';

describe('settings of the identity provider', () => {
  it.each([
    [{ 'oidc.issuer': 'https://x.example', 'oidc.groups': '[{"group":"a","role":"caller"}]' }, 'oidc.clientId'],
    [{ 'oidc.issuer': 'https://x.example', 'oidc.clientId': 'c' }, 'nobody may sign in'],
    [{ 'oidc.groups': '[{"group":"a","role":"king"}]' }, 'oidc.groups, number 1: "role"'],
    [{ 'oidc.groups': '[{"group":"a","role":"viewer"}]' }, 'a viewer needs a "department"'],
    [{ 'oidc.groups': '[{"group":"a","role":"caller","dept":"x"}]' }, 'oidc.groups, number 1'],
    [{ 'oidc.issuer': 'http://x.example' }, 'must be an https address'],
    [{ 'oidc.issuer': 'https://x.example?a=1' }, 'must be an https address'],
    [{ 'oidc.scopes': 'profile' }, 'must be scopes with openid'],
  ])('%j are refused at the start', (flags, problem) => {
    const starting = () => providerSettings(loadConfig({ file: null, env: {}, flags: flags }));
    expect(starting).toThrow(problem);
  });
});
