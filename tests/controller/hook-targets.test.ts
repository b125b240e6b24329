import { describe, expect, it } from '@jest/globals';
import { readHookTargets } from '../../src/controller/hook-targets.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const crm = { name: 'crm', url: 'https://crm.example.org/calls', secret };

describe('webhooks.targets', () => {
  it('has all events and masked codes unless it says otherwise', () => {
    expect(readHookTargets([crm, { ...crm, name: 'erp', events: ['ended'], codes: 'plain' }])).toEqual([
      { ...crm, codes: 'masked', events: ['started', 'answered', 'account-set', 'ended', 'moved', 'corrected'] },
      { ...crm, name: 'erp', events: ['ended'], codes: 'plain' },
    ]);
  });

  it.each([
    [{ ...crm, name: 'a b' }, 'webhooks.targets, "a b": "name": must be letters, digits, dots and dashes'],
    [
      { ...crm, url: 'ftp://x' },
      'webhooks.targets, "crm": "url": must be an http or https URL without user name and password',
    ],
    [{ ...crm, secret: 'short' }, 'webhooks.targets, "crm": "secret": must be whsec_ and Base64'],
    [{ ...crm, events: ['rang'] }, 'webhooks.targets, "crm": "events.0": '],
    [{ ...crm, extra: 1 }, 'webhooks.targets, "crm": Unrecognized key: "extra"'],
    [7, 'webhooks.targets, number 1: '],
  ])('%j is refused by its name', (given, says) => {
    expect(() => readHookTargets([given])).toThrow(says);
  });

  it('has no two of one name', () => {
    expect(() => readHookTargets([crm, crm])).toThrow('webhooks.targets, "crm": there are two with this name');
  });
});
