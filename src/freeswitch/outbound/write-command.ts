import type { Connection } from 'modesl';
import type { Command } from '../wire/command.ts';

/** Writes one command through modesl. It was checked before (`assertOneLine`). */
export function writeCommand(connection: Connection, callId: string, command: Command): void {
  switch (command.type) {
    case 'execute':
      connection.send(`sendmsg ${callId}`, {
        'call-command': 'execute',
        'execute-app-name': command.app,
        'execute-app-arg': command.arg,
        'Event-UUID': command.id,
        ...(command.lock === true ? { 'event-lock': 'true' } : {}),
      });
      break;
    case 'filter':
      connection.send(`filter Unique-ID ${command.legId}`, null);
      break;
    case 'without':
      // A minus refuses what every other filter lets through (mod_event_socket.c, event_handler).
      connection.send(`filter Application -${command.application}`, null);
      break;
    case 'events':
      connection.send(`event json ${command.names}`, null);
      break;
    case 'no-events':
      connection.send(`nixevent ${command.names}`, null);
      break;
    case 'linger':
      connection.send(`linger ${command.seconds}`, null);
      break;
    case 'api':
      connection.send(`api ${command.command} ${command.args}`, null);
      break;
  }
}
