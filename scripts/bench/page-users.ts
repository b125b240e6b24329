import { Agent, request } from 'node:http';

/** Milliseconds of each page, by its name. */
export type PageTimes = Map<string, number[]>;

type Browsing = {
  origin: string;
  token: string;
  users: number;
  /** Between one page and the next, on the average. */
  thinkMs: number;
  calls: number;
  accounts: number;
};

const between = (most: number): number => 1 + Math.floor(Math.random() * most);

/** The calls have this id, by their number. */
const callId = (at: number): string =>
  `${at.toString(16).padStart(8, '0')}-0000-4000-8000-${at.toString(16).padStart(12, '0')}`;

/** What people look at; lists also further down than their first page. */
const pagesOf = ({
  calls,
  accounts,
}: Pick<Browsing, 'calls' | 'accounts'>): Readonly<Record<string, () => string>> => ({
  overview: () => '/overview',
  'live calls': () => '/live',
  calls: () => '/calls',
  'calls, further down': () => `/calls?preset=this-year&after=${Date.now() - between(200) * 86_400_000}%7Cx`,
  'calls of an account': () => `/calls?preset=this-year&account=Account+${between(accounts)}`,
  'calls of a phone': () => `/calls?preset=last-30-days&extension=${199 + between(400)}`,
  'calls by number': () => `/calls?preset=last-30-days&number=%2B1801555${String(between(9999)).padStart(4, '0')}`,
  'refused calls': () => '/calls?preset=last-30-days&outcome=refused',
  'calls of a department': () => `/calls?preset=last-30-days&department=Department+${between(60)}`,
  'one call': () => `/calls/${callId(between(calls - 1))}`,
  accounts: () => '/accounts',
  'accounts, further down': () => `/accounts?after=Account+${between(accounts)}%7C1`,
  'accounts, searched as typed': () => `/accounts?piece=1&q=account+${between(accounts)}`,
  'accounts, searched by little': () => `/accounts?piece=1&q=${between(99)}`,
  'accounts, nothing found': () => `/accounts?piece=1&q=zebra+${between(99)}`,
  'accounts of a department': () => `/accounts?department=${between(60)}`,
  'disabled accounts': () => '/accounts?state=disabled',
  'one account': () => `/accounts/${between(accounts)}`,
  departments: () => '/departments',
  extensions: () => '/extensions',
  'my calls': () => '/my-calls',
  'usage by account': () => '/reports/usage-by-account?preset=last-month',
  'usage by department': () => '/reports/usage-by-department?preset=last-30-days',
  security: () => '/security',
  'audit trail': () => '/audit',
});

export function usersAt({ origin, token, users, thinkMs, ...data }: Browsing) {
  const agent = new Agent({ keepAlive: true, maxSockets: users });
  const pages = Object.entries(pagesOf(data));
  const get = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const asked = request(
        `${origin}${path}`,
        { agent, headers: { cookie: `billing-session=${token}` } },
        (answer) => {
          if (answer.statusCode !== 200) reject(new Error(`${path} answered ${answer.statusCode ?? 0}`));
          answer.resume().on('end', () => resolve(performance.now() - startedAt));
        },
      );
      asked.on('error', reject).end();
    });
  return {
    /** One page after another, so many times each, with nobody else there. */
    async alone(times: number): Promise<PageTimes> {
      // With a large file the console listens some time after calls are served.
      for (let tries = 0; tries < 300; tries += 1) {
        const isUp = await get('/you').then(
          () => true,
          () => false,
        );
        if (isUp) break;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      const found: PageTimes = new Map(pages.map(([name]) => [name, []]));
      for (let time = 0; time < times; time += 1)
        for (const [name, path] of pages) found.get(name)?.push(await get(path()));
      return found;
    },
    /** Each user looks at one page after another, at random, with a pause between. */
    async browse(seconds: number): Promise<PageTimes> {
      const times: PageTimes = new Map(pages.map(([name]) => [name, []]));
      const endsAt = performance.now() + seconds * 1000;
      const user = async (): Promise<void> => {
        while (performance.now() < endsAt) {
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 * thinkMs));
          const [name, path] = pages[Math.floor(Math.random() * pages.length)] ?? ['', () => '/'];
          times.get(name)?.push(await get(path()));
        }
      };
      await Promise.all(Array.from({ length: users }, user));
      // The console closes what is idle for half a minute, which a browser expects.
      agent.destroy();
      return times;
    },
  };
}
