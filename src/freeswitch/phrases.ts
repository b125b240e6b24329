import type { Announcement, Prompt, ToldMoney } from '../call/prompts.ts';

/**
 * The phrase that plays a prompt, as a file argument of FreeSWITCH applications: `phrase:billing_ask_code:code-unknown`. There is
 * one phrase macro per ask, whose argument picks the sentence about the refusal (freeswitch-conf, phrases).
 * It never contains a space: arguments of `play_and_get_digits` are split on them.
 */
export function phraseOf(prompt: Prompt): string {
  switch (prompt.kind) {
    case 'ask': {
      const refusal = prompt.refusal ?? 'first';
      const onFile = prompt.ask === 'number-or-on-file' ? `:${prompt.onFile ?? ''}` : '';
      return `phrase:billing_ask_${prompt.ask.replaceAll('-', '_')}:${refusal}${onFile}`;
    }
    case 'announce':
      return `phrase:billing_announce:${announcementText(prompt.announcement)}`;
    case 'farewell':
      return `phrase:billing_farewell:${prompt.farewell}${prompt.refusal === null ? '' : `:${prompt.refusal}`}`;
  }
}

const announcementText = ({ price, balance }: Announcement): string =>
  [
    ...(balance === null ? [] : [`balance:${moneyText(balance)}`]),
    ...(price === null ? [] : [`price:${moneyText(price)}`]),
  ].join(':');

const moneyText = ({ amount, currency }: ToldMoney): string => `${amount}:${currency}`;

/** Tells the caller, in a conversation, that its end is near. */
export const endIsNear = 'phrase:billing_end_is_near:soon';
