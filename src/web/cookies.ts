import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Cookie } from './route.ts';

const names: Readonly<Record<Cookie['name'], string>> = {
  ...{ session: 'billing-session', visit: 'billing-visit', 'signing-in': 'billing-signing-in' },
};

/** What the browser has by this name (RFC 6265, 5.4); of several the first. */
export function cookieOf(request: FastifyRequest, name: Cookie['name']): string | null {
  const wanted = `${names[name]}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length) ?? null;
}

/** Not to be read by a script, not sent by another site's form, and over TLS alone where this page came over it. */
export function setCookie(reply: FastifyReply, { name, value }: Cookie): void {
  const age = value === null ? '; Max-Age=0' : '';
  const secure = reply.request.protocol === 'https' ? '; Secure' : '';
  void reply.header('set-cookie', `${names[name]}=${value ?? ''}; Path=/${age}; HttpOnly; SameSite=Lax${secure}`);
}
