import { SMTPServer } from 'smtp-server';

export type ReceivedMail = { to: string[]; text: string };

export type MailServer = {
  url: string;
  received: ReceivedMail[];
  /** RCPT TO of these is refused. */
  refused: Set<string>;
  /** The message for this address is taken, and never answered. */
  hangsAt: string | null;
  close(): Promise<void>;
};

/** A mail server on a port of its own. */
export async function startMailServer(): Promise<MailServer> {
  const state: Omit<MailServer, 'url' | 'close'> = { received: [], refused: new Set(), hangsAt: null };
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], closeTimeout: 10 },
    onRcptTo({ address }, _session, done) {
      if (!state.refused.has(address)) done();
      else done(Object.assign(new Error('5.1.1 no such user here'), { responseCode: 550 }));
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        if (state.hangsAt !== null && to.includes(state.hangsAt)) return;
        state.received.push({ to, text: Buffer.concat(chunks).toString('utf8') });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  const port = await new Promise<number>((resolve) => {
    const listening = server.listen(0, '127.0.0.1', () => {
      const address = listening.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return Object.assign(state, {
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}
