import type { Command } from '../wire/command.ts';

/** Commands that FreeSWITCH has not answered yet. */
export type ReplyWatch = {
  sent(command: Command): void;
  /** A reply has come: the command that it answers; null: to none of ours. */
  answered(): Command | null;
  stop(): void;
};

/** `fail` is called where a command is not answered within `replyMs`. */
export function createReplyWatch(replyMs: number, fail: (detail: string) => void): ReplyWatch {
  /** Oldest first. */
  const unanswered: { command: Command; sentAtMs: number }[] = [];
  let timer: NodeJS.Timeout | null = null;

  function onTimer(): void {
    timer = null;
    const [oldest] = unanswered;
    if (oldest === undefined) return;
    const leftMs = oldest.sentAtMs + replyMs - performance.now();
    if (leftMs > 1) timer = setTimeout(onTimer, leftMs);
    else fail(`no reply to ${oldest.command.type} within ${replyMs} ms`);
  }

  return {
    sent(command) {
      unanswered.push({ command, sentAtMs: performance.now() });
      // One timer a connection, looked at when it fires: most commands are answered long before.
      timer ??= setTimeout(onTimer, replyMs);
    },
    answered: () => unanswered.shift()?.command ?? null,
    stop() {
      unanswered.length = 0;
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

/** How long a peer may take over its messages. */
export type MessagePatience = {
  /** It has shown that it is FreeSWITCH with a call. */
  introduced(): void;
  /** Bytes have come, and so many of them are of a message that is not complete. */
  received(pendingBytes: number): void;
  stop(): void;
};

export function createMessagePatience(
  { firstMessageMs, replyMs }: { firstMessageMs: number; replyMs: number },
  fail: (detail: string) => void,
): MessagePatience {
  const first = setTimeout(() => fail(`no channel data within ${firstMessageMs} ms`), firstMessageMs);
  let unfinished: NodeJS.Timeout | null = null;

  function finished(): void {
    if (unfinished !== null) clearTimeout(unfinished);
    unfinished = null;
  }

  return {
    introduced: () => clearTimeout(first),
    received(pendingBytes) {
      // A message that was begun must be finished: a slow or stuck peer does not keep its bytes here for ever.
      if (pendingBytes === 0) finished();
      else unfinished ??= setTimeout(() => fail(`a message was not finished within ${replyMs} ms`), replyMs);
    },
    stop() {
      clearTimeout(first);
      finished();
    },
  };
}
