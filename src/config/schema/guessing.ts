import { integer } from '../format.ts';
import { setting } from '../setting.ts';

export const guessing = {
  phoneLimit: setting(
    'Wrong codes from one phone, within guessing.windowMinutes, after which it is locked; those that the right code soon explains do not count; 0 to lock and slow down no phone',
    integer(0, 1_000),
    6,
  ),
  siteLimit: setting(
    'Wrong codes from all phones, within guessing.windowMinutes, from which on a code that is new to a phone must be keyed twice; 0 for never',
    integer(0, 100_000),
    20,
  ),
  windowMinutes: setting('How long a wrong code counts', integer(1, 1_440), 60),
  lockMinutes: setting(
    'How long a phone is locked the first time; each further time is twice as long',
    integer(1, 1_440),
    5,
  ),
  maximumLockMinutes: setting('Maximum length of a lock', integer(1, 43_200), 1_440),
};
