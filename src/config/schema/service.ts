import { integer, oneOf, yesOrNo } from '../format.ts';
import { setting } from '../setting.ts';
import { address } from './formats.ts';

export const http = {
  host: setting('Address of the HTTP server', address, '127.0.0.1'),
  port: setting(
    'TCP port of the HTTP server (/healthz, /readyz, /metrics, /cdr); -1 for no server, 0 for any free port',
    integer(-1, 65_535),
    -1,
  ),
};

export const traces = {
  enabled: setting(
    'Whether calls are traced by the OpenTelemetry SDK that is loaded before the program (docs/operate.md)',
    yesOrNo,
    false,
  ),
};

export const drain = {
  deadlineSeconds: setting(
    'How long live calls may continue after the controller is told to stop',
    integer(0, 86_400),
    30,
  ),
};

export const log = {
  level: setting(
    'Level of the log; debug logs every step of every call',
    oneOf('error', 'warn', 'info', 'debug'),
    'info',
  ),
  format: setting('text for people, json for a log collector', oneOf('text', 'json'), 'text'),
};
