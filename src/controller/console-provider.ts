import type { Config } from '../config/schema.ts';
import { readGroupRules } from '../web/access/group-rules.ts';
import type { ProviderSettings } from '../web/access/provider.ts';

/** The identity provider of the console; null: there is none. Throws an `Error` of one line where its settings are wrong. */
export function providerSettings({ oidc }: Pick<Config, 'oidc'>): ProviderSettings | null {
  const { groups, ...settings } = oidc;
  const rules = readGroupRules(groups);
  if (settings.issuer === '') return null;
  if (settings.clientId === '') throw new Error('oidc.issuer needs oidc.clientId');
  if (rules.length === 0) throw new Error('oidc.issuer needs oidc.groups: without a rule, nobody may sign in with it');
  return { ...settings, rules };
}
