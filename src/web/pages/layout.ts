import { roleTexts, errorTexts, navTexts, saidTexts, siteTexts, type Said } from '../texts.ts';
import type { AreaName } from '../access/areas.ts';
import { may } from '../access/may.ts';
import { assetPath } from '../assets.ts';
import { attributes, html, type Html } from '../html.ts';
import type { ConsoleUser } from '../../words/console.ts';
import type { Answer, Visit } from '../route.ts';
import type { ConsoleParts } from '../parts.ts';
import { duration, form } from './elements.ts';

type Page = Extract<Answer, { kind: 'page' }>;

type NavItem = { path: string; name: string; area: AreaName };
const navigation: readonly { name: string; items: readonly NavItem[] }[] = [
  {
    name: navTexts.watch,
    items: [
      { path: '/overview', name: navTexts.overview, area: 'overview' },
      { path: '/live', name: navTexts.live, area: 'live' },
      { path: '/calls', name: navTexts.calls, area: 'calls' },
      { path: '/reports', name: navTexts.reports, area: 'reports' },
    ],
  },
  {
    name: navTexts.keep,
    items: [
      { path: '/accounts', name: navTexts.accounts, area: 'accounts' },
      { path: '/templates', name: navTexts.templates, area: 'templates' },
      { path: '/departments', name: navTexts.departments, area: 'departments' },
      { path: '/destinations', name: navTexts.destinations, area: 'departments' },
      { path: '/extensions', name: navTexts.extensions, area: 'extensions' },
      { path: '/rates', name: navTexts.rates, area: 'rates' },
    ],
  },
  {
    name: navTexts.look,
    items: [
      { path: '/security', name: navTexts.security, area: 'security' },
      { path: '/audit', name: navTexts.audit, area: 'audit' },
      { path: '/users', name: navTexts.users, area: 'users' },
      { path: '/tokens', name: navTexts.tokens, area: 'tokens' },
      { path: '/settings', name: navTexts.settings, area: 'settings' },
      { path: '/guide', name: navTexts.guide, area: 'guide' },
    ],
  },
  { name: navTexts.own, items: [{ path: '/my-calls', name: navTexts.myCalls, area: 'own' }] },
];

/** A whole page around its body. */
export function pageOf(
  visit: Visit,
  page: Page,
  { said, away }: { said: Said | null; away: Awaited<ReturnType<ConsoleParts['away']>> },
): Html {
  const { user, parts } = visit;
  const organization = parts.site.report.name;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${page.title} – ${siteTexts.product}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${page.refreshSeconds !== undefined && html`<noscript><meta http-equiv="refresh" content="${page.refreshSeconds}" /></noscript>`}
        <link rel="stylesheet" href="${assetPath('console.css')}" />
        <link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml" />
        <script src="${assetPath('console.js')}" defer></script>
      </head>
      <body class="${user === null ? 'outside' : 'inside'}">
        <a class="skip" href="#main">${siteTexts.skip}</a>
        <header class="top">
          <a class="brand" href="/">
            <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
              <path
                d="M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Zm2 4v2h2V7H7Zm4 0v2h2V7h-2Zm4 0v2h2V7h-2Zm-8 4v2h2v-2H7Zm4 0v2h2v-2h-2Zm4 0v2h2v-2h-2Zm-4 4v2h2v-2h-2Z"
                fill="currentColor"
              />
            </svg>
            <span>${siteTexts.product}</span
            >${organization !== '' && html`<span class="organization">${organization}</span>`}
          </a>
          ${user !== null && account(visit, user)}
        </header>
        ${user !== null && menu(user, visit.url)}
        <main id="main" tabindex="-1">
          ${away !== null && html`<div class="stale" role="status"><p>${siteTexts.away(away.copyAgeMs === null ? '' : duration(away.copyAgeMs))}</p></div>`}
          ${said !== null && html`<div class="said" role="status"><p>${saidTexts[said]}</p></div>`} ${page.body}
        </main>
      </body>
    </html> `;
}

const account = (visit: Visit, user: ConsoleUser): Html =>
  html`<div class="who">
    <a href="/you">${user.name}<span class="role">${roleTexts[user.role].name}</span></a>
    ${form(visit, '/sign-out', html`<button class="quiet">${siteTexts.signOut}</button>`)}
  </div>`;

function menu(user: ConsoleUser, url: string): Html {
  const groups = navigation
    .map(({ name, items }) => ({ name, items: items.filter(({ area }) => may(user, area)) }))
    .filter(({ items }) => items.length > 0);
  return html`<nav class="menu" aria-label="${siteTexts.mainMenu}">
    <details>
      <summary>${siteTexts.menu}</summary>
    </details>
    <div class="groups">
      ${groups.map(
        ({ name, items }) =>
          html`<p class="group">${name}</p>
            <ul>
              ${items.map((item) => link(item, url))}
            </ul>`,
      )}
    </div>
  </nav>`;
}

function link({ path, name }: NavItem, url: string): Html {
  const isHere = url === path || url.startsWith(`${path}/`) || url.startsWith(`${path}?`);
  return html`<li><a href="${path}" ${attributes({ 'aria-current': isHere ? 'page' : null })}>${name}</a></li>`;
}

/** A page that says what is wrong. */
export function errorPage(status: number, problem: string): Page {
  const title = errorTexts.titles[status] ?? errorTexts.titles[500] ?? '';
  const body = html`<h1>${title}</h1>
    <p class="lead">${problem}</p>
    <p><a href="/">${errorTexts.back}</a></p>`;
  return { kind: 'page', title, status, body };
}
