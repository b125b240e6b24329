import { jsonList, text } from '../format.ts';
import { secret, setting } from '../setting.ts';
import { anyText } from './formats.ts';

const isLoopback = (host: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(host);

/** Over TLS, or on this machine: who could change what comes from there could sign in as anybody. */
function isIssuer(given: string): boolean {
  if (given === '') return true;
  if (!URL.canParse(given)) return false;
  const { protocol, hostname, search, hash } = new URL(given);
  return search === '' && hash === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)));
}

const claim = text('the name of a claim', (value) => value !== '');

export const oidc = {
  issuer: setting(
    'Address of an OpenID Connect provider with which people sign in to the web console (docs/console.md); empty for none',
    text('an https address without a query, or empty', isIssuer),
    '',
  ),
  clientId: setting('What the provider calls the web console', anyText, ''),
  clientSecret: secret('By which the provider knows the web console; empty for a public client', anyText, ''),
  name: setting(
    'What people call the provider',
    text('a name', (value) => value !== ''),
    'single sign-on',
  ),
  scopes: setting(
    'What is asked for, separated by spaces; some providers give groups only with a scope of their own',
    text('scopes with openid among them', (value) => value.split(' ').includes('openid')),
    'openid profile email',
  ),
  nameClaim: setting('The claim that names a user here', claim, 'preferred_username'),
  groupsClaim: setting('The claim with the groups of a user', claim, 'groups'),
  groups: setting(
    'Who may sign in: objects with a "group", the "role" of its members and, where they see only one, their "department"; the first that fits counts',
    jsonList,
    [],
  ),
};
