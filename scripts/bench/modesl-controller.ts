import type { AddressInfo } from 'node:net';
import modesl, { type ServedConnection } from 'modesl';
import { number } from './call-plan.ts';
import type { MeasuredController } from './controllers.ts';

/** The same call in modesl's own way: its server, its default subscription, one `execute` after another. */
export function startModeslController(route: string): Promise<MeasuredController> {
  return new Promise((resolve) => {
    const server = new modesl.Server({ host: '127.0.0.1', port: 0 }, () => {
      resolve({
        port: (server.server.address() as AddressInfo).port,
        stop: () => Promise.resolve(),
      });
    });
    server.on('connection::open', (connection) => {
      // Without a listener a peer that is gone ends the process.
      connection.on('error', () => undefined);
    });
    server.on('connection::ready', (connection) => serve(connection, route));
  });
}

function serve(connection: ServedConnection, route: string): void {
  const collect = '0 64 1 10000 # phrase:billing_ask_shortcut:first silence_stream://10 billing_keyed .+ 5000';
  connection.execute('answer', '', () => {
    connection.execute('play_and_get_digits', collect, (event) => {
      if (event.getHeader('variable_billing_keyed') === null) return;
      const bridge = `{originate_timeout=60}${route.replace('{number}', number)}`;
      connection.execute('bridge', bridge, () => connection.disconnect());
    });
  });
}
