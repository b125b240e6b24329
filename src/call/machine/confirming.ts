import { emergencyMeant } from '../entry.ts';
import { refused } from '../ending.ts';
import type { Announcement, ToldMoney } from '../prompts.ts';
import type { Allowed, CallState, Ending, Gathered } from '../state.ts';
import { place, placeEmergency } from './connecting.ts';
import type { CallEvent, MachineOptions, Step } from './events.ts';
import { leave, refuseUnanswered, unlessOver } from './steps.ts';

/** Where the caller is to know first what the call costs, it is placed only once the caller wants it so. */
export function placeOrConfirm(gathered: Gathered, allowed: Allowed, announcement: Announcement | null): Step {
  if (announcement === null) return place(gathered, allowed);
  // Nobody is there to be told, or asked.
  if (gathered.forwarded) {
    const { price } = announcement;
    return price === null ? place(gathered, allowed) : refuseUnanswered(gathered, notConfirmed(price));
  }
  return confirm({ name: 'confirming', gathered, allowed, announcement, askedAgain: false });
}

function confirm(state: CallState & { name: 'confirming' }): Step {
  const { announcement } = state;
  const ask = announcement.price === null ? 'going-on' : 'confirmation';
  return { state, effects: [{ type: 'collect', prompt: { kind: 'announce', announcement }, ask }] };
}

const priceText = ({ amount, currency }: ToldMoney): string => `${amount} ${currency} a minute`;

const notConfirmed = (price: ToldMoney): Ending =>
  refused('price-not-confirmed', `entry.confirmPrice: ${priceText(price)} not confirmed`);

const confirmationKey = '1';

export function fromConfirming(
  state: CallState & { name: 'confirming' },
  event: CallEvent,
  options: MachineOptions,
): Step {
  const { gathered, allowed, announcement, askedAgain } = state;
  if (event.type !== 'keyed') return unlessOver(state, event);
  const { digits, terminated, isDoubtful } = event;
  const emergency = emergencyMeant(digits, options.emergencyIn);
  if (emergency !== null) return placeEmergency(gathered, emergency);
  const { price } = announcement;
  if (price === null) return place(gathered, allowed);
  if (digits === confirmationKey && !isDoubtful) {
    return place(gathered, { ...allowed, rule: `${allowed.rule}; ${priceText(price)} confirmed` });
  }
  // The `#` of a number that was complete without it may come late, a key may bounce, or be pressed twice by somebody in a hurry; and of keys
  // that were lost, nobody knows what they said.
  const isStray = (digits === '' && terminated) || digits === confirmationKey.repeat(2);
  if ((isStray || isDoubtful) && !askedAgain) return confirm({ ...state, askedAgain: true });
  return leave(gathered, notConfirmed(price), allowed);
}
