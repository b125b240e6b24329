import type { Frame } from './frame.ts';

const notice = Buffer.from('Content-Type: text/disconnect-notice\n');

/** FreeSWITCH says that the channel is gone: at its hangup where the socket lingers, and before it closes the socket. */
export function isDisconnectNotice({ head }: Frame): boolean {
  return head.length >= notice.length && head.compare(notice, 0, notice.length, 0, notice.length) === 0;
}
