import { integer, jsonList } from '../format.ts';
import { secret, setting } from '../setting.ts';

export const webhooks = {
  targets: secret('Who is told of calls, a JSON object each: name, url, secret (docs/api.md)', jsonList, []),
  maximumWaiting: setting(
    'Events that are kept for one target which does not take them; of more, the oldest are dropped',
    integer(100, 1_000_000),
    10_000,
  ),
  retryHours: setting('Hours after which an event that a target has not taken is dropped', integer(1, 720), 24),
};
