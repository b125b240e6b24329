import { connect } from 'node:net';

/** Asks FreeSWITCH one thing over its inbound event socket, as fs_cli does; rejects when nobody answers. */
export function askFreeswitch(port: number, password: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let received = '';
    socket.setTimeout(5000, () => socket.destroy(new Error(`FreeSWITCH did not answer ${command} within 5 s`)));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`the event socket closed before it answered ${command}`)));
    socket.on('connect', () => socket.write(`auth ${password}\n\napi ${command}\n\n`));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('utf8');
      const at = received.indexOf('Content-Type: api/response\nContent-Length: ');
      if (at === -1) return;
      const [head = ''] = received.slice(at).split('\n\n', 1);
      const length = Number(/Content-Length: (\d+)/.exec(head)?.[1] ?? 0);
      const body = Buffer.from(received.slice(at + head.length + 2));
      if (body.length < length) return;
      resolve(body.subarray(0, length).toString('utf8').trim());
      socket.end();
    });
  });
}
