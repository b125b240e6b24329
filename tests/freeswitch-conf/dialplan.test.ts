import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hunt, variablesSet, type Action } from './hunt.ts';
import { hear } from './phrase.ts';

const applications = (actions: readonly Action[]): string[] => actions.map(({ application }) => application);
const taken = { billing_entry: 'direct', billing_dialled: '8016424655' };

describe('a call from 3CX', () => {
  it.each([
    ['8', 'prompted'],
    ['9', 'shortcut'],
    ['8016424655', 'direct'],
    ['9011441234567890', 'direct'],
    ['88', 'direct'],
    ['+18016424655', 'direct'],
    ['*98', 'direct'],
  ])('to %s is %s', (dialled, entry) => {
    const set = variablesSet(hunt('billing', dialled, {}));
    expect(set).toMatchObject({
      billing_entry: entry,
      billing_dialled: dialled,
      billing_extension: '${caller_id_number}',
    });
  });

  it('ends with its conversation, goes on after a failed bridge, and never resumes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789*#+ab'.split('')), minLength: 1 }), (dialled) => {
        const actions = hunt('billing', dialled, {});
        const set = variablesSet(actions);
        expect(set).toMatchObject({ hangup_after_bridge: 'true', continue_on_fail: 'true', billing_attempt: '1' });
        expect(set).not.toHaveProperty('socket_resume');
        expect(set['park_timeout']).toMatch(/^\d+:NORMAL_TEMPORARY_FAILURE$/);
        // FreeSWITCH waits for the controller's word; nothing is answered or said before it.
        expect(set).toHaveProperty('billing_unclaimed', '${uuid}');
        expect(applications(actions).filter((name) => name !== 'set' && name !== 'export')).toEqual([
          // Takes the call back where no controller has emptied billing_unclaimed in time.
          'eval',
          'socket',
          'execute_extension',
          'execute_extension',
        ]);
        expect(actions.find(({ application }) => application === 'socket')?.data).toMatch(/^\S+ async full$/);
      }),
    );
  });

  it('speaks the language that it came with', () => {
    expect(variablesSet(hunt('billing', '8', {}))).toHaveProperty('default_language', 'en');
    expect(variablesSet(hunt('billing', '8', { default_language: 'es' }))).not.toHaveProperty('default_language');
  });

  it('cannot reach the steps by dialling them', () => {
    expect(variablesSet(hunt('billing', 'take_up', {}))).toHaveProperty('billing_entry', 'direct');
  });
});

describe('after the first controller', () => {
  it('is taken up by the next one when the first had it and there was no conversation', () => {
    const actions = hunt('billing_steps', 'take_up', taken);
    expect(applications(actions)).toEqual(['set', 'eval', 'set', 'set', 'socket']);
    expect(variablesSet(actions)).toMatchObject({ billing_attempt: '2', billing_unclaimed: '${uuid}' });
  });

  it('is not taken up when no controller had it', () => {
    expect(hunt('billing_steps', 'take_up', { ...taken, park_timeout: '600' })).toEqual([]);
  });

  it('is not taken up after a conversation, which ends quietly', () => {
    const spoke = { ...taken, last_bridge_to: '5b0c2ce4-7d5c-4d4c-8f33-6a9c2f4c4d3e' };
    expect(hunt('billing_steps', 'take_up', spoke)).toEqual([]);
    expect(hunt('billing_steps', 'no_controller', spoke)).toEqual([{ application: 'hangup', data: 'NORMAL_CLEARING' }]);
  });
});

describe('without any controller', () => {
  it('the caller hears that the service is down, and 3CX sees 503', () => {
    const actions = hunt('billing_steps', 'no_controller', taken);
    expect(applications(actions)).toEqual(['playback', 'hangup']);
    expect(hear(actions[0]?.data ?? '').sounds).toEqual(['service-down']);
    expect(actions[1]?.data).toBe('NORMAL_TEMPORARY_FAILURE');
  });

  it('an emergency call goes out', () => {
    const actions = hunt('billing_steps', 'no_controller', { ...taken, billing_dialled: '911' });
    expect(actions[0]).toEqual({ application: 'bridge', data: 'sofia/gateway/carrier/${billing_dialled}' });
  });

  it('a code that was to be keyed is not an emergency call', () => {
    const prompted = { billing_entry: 'prompted', billing_dialled: '911' };
    expect(applications(hunt('billing_steps', 'no_controller', prompted))).not.toContain('bridge');
  });
});
