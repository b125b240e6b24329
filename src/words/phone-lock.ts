/** A phone whose codes are not looked at for a while: too many of them were wrong. As it is kept, its times are UTC milliseconds. */
export type PhoneLock = {
  /** In the spelling of the directory; `everyPhone`: from all of them, a code that is new to a phone must be keyed twice. */
  phone: string;
  sinceMs: number;
  untilMs: number;
};

/** No phone has such a number. */
export const everyPhone = '*';

/** A lock as it is kept. */
export type KeptLock = PhoneLock & {
  /** Name of the controller that saw the wrong codes. */
  controller: string;
};
