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

  it('ends with its conversation, continues after a failed bridge, and never resumes', () => {
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

  it('keeps the language that was set before', () => {
    expect(variablesSet(hunt('billing', '8', {}))).toHaveProperty('default_language', 'en');
    expect(variablesSet(hunt('billing', '8', { default_language: 'es' }))).not.toHaveProperty('default_language');
  });

  it('tells the controller who forwarded it and what an emergency number is', () => {
    expect(variablesSet(hunt('billing', '8', {}))).toMatchObject({
      billing_diversion: '${sip_h_Diversion}',
      billing_history_info: '${sip_history_info}',
      billing_emergency_numbers: '911|112',
    });
  });

  it('passes keys from the first sound on, refuses redirects, and notices a conversation, without a controller', () => {
    const exported = hunt('billing', '8', {}).filter(({ application }) => application === 'export');
    expect(exported.map(({ data }) => data)).toEqual(
      expect.arrayContaining([
        'nolocal:api_on_answer_talked=uuid_setvar ${uuid} billing_talked true',
        'nolocal:api_on_media_keys=uuid_setvar ${uuid} sensitive_dtmf false',
        'nolocal:outbound_redirect_info=refused',
      ]),
    );
  });

  it.each([
    ['911', '4'],
    ['9911', '4'],
    ['+112', '4'],
    ['8016424655', '27'],
    ['9112', '4'],
    ['9113', '27'],
    ['8', '27'],
  ])('to %s waits %s s for a silent controller', (dialled, seconds) => {
    const actions = hunt('billing', dialled, {});
    expect(variablesSet(actions)).toHaveProperty('billing_claim', seconds);
    expect(actions.find(({ application }) => application === 'eval')?.data).toMatch(
      /^\$\{sched_api\(\+\$\{billing_claim\} /,
    );
  });

  it.each([
    ['sos', {}],
    ['SOS.fire', {}],
    ['201', { sip_req_host: 'service', sip_req_port: 'sos' }],
    ['201', { sip_req_host: 'SERVICE', sip_req_port: 'Sos.ambulance' }],
  ])('to %s (%j) begins anew, once, as one to the first emergency number', (dialled, variables) => {
    const anew = hunt('billing', dialled, variables).find(({ application }) => application === 'transfer');
    expect(anew?.data).toBe('911 XML billing');
    expect(applications(hunt('billing', '911', { ...variables, billing_sos: 'true' }))).toContain('socket');
  });

  it.each([
    ['sosig', {}],
    ['501', { sip_req_host: 'service', sip_req_port: 'sosig' }],
    ['8016424655', { sip_req_host: 'service.example', sip_req_port: '5080' }],
  ])('to %s (%j) is no such call', (dialled, variables) => {
    expect(applications(hunt('billing', dialled, variables))).not.toContain('transfer');
  });

  it.each([{ billing_attempt: '1' }, { direction: 'outbound' }])(
    'is none where %j: the leg is hung up',
    (variables) => {
      for (const dialled of ['8', '9', '8016424655', '911']) {
        const known = { ...variables } as Record<string, string>;
        expect(hunt('billing', dialled, known)).toEqual([{ application: 'hangup', data: 'NORMAL_CLEARING' }]);
      }
    },
  );

  it('cannot reach the internal steps by dialling them', () => {
    expect(variablesSet(hunt('billing', 'take_up', {}))).toHaveProperty('billing_entry', 'direct');
  });
});

describe('a call after its first controller', () => {
  it('is taken over by the next one if the first had it and there was no conversation', () => {
    const actions = hunt('billing_steps', 'take_up', taken);
    expect(applications(actions)).toEqual(['set', 'set', 'eval', 'set', 'set', 'socket']);
    expect(variablesSet(actions)).toMatchObject({ billing_attempt: '2', billing_unclaimed: '${uuid}' });
    // What early media took back.
    expect(variablesSet(actions)).toHaveProperty('sensitive_dtmf', 'true');
  });

  it('is taken over if the far end only played something before an answer', () => {
    const early = { ...taken, last_bridge_to: '5b0c2ce4-7d5c-4d4c-8f33-6a9c2f4c4d3e' };
    expect(applications(hunt('billing_steps', 'take_up', early))).toContain('socket');
  });

  it('is not taken over if no controller had it', () => {
    expect(hunt('billing_steps', 'take_up', { ...taken, park_timeout: '600' })).toEqual([]);
  });

  it('is not taken over after a conversation, but ends quietly', () => {
    const spoke = { ...taken, billing_talked: 'true' };
    expect(hunt('billing_steps', 'take_up', spoke)).toEqual([]);
    expect(hunt('billing_steps', 'no_controller', spoke)).toEqual([{ application: 'hangup', data: 'NORMAL_CLEARING' }]);
  });
});

describe('without any controller', () => {
  it('the caller hears that the service is down, and 3CX sees 503', () => {
    const actions = hunt('billing_steps', 'no_controller', taken);
    expect(applications(actions)).toEqual(['set', 'set', 'playback', 'hangup']);
    expect(hear(actions[2]?.data ?? '').sounds).toEqual(['service-down']);
    expect(actions[3]?.data).toBe('NORMAL_TEMPORARY_FAILURE');
    expect(variablesSet(actions)).toEqual({ billing_unclaimed: '', billing_taken_back: 'true' });
  });

  it.each([
    ['911', '911'],
    ['112', '112'],
    ['+911', '911'],
    ['9911', '911'],
    ['911#', '911'],
    ['*911*', '911'],
    // An outside line, and 112.
    ['9112', '112'],
  ])('an emergency call to %s goes out, by two gateways, and is not taken back', (dialled, number) => {
    const actions = hunt('billing_steps', 'no_controller', { ...taken, billing_dialled: dialled });
    const gateway = { application: 'bridge', data: `sofia/gateway/carrier/${number}` };
    expect(actions.filter(({ application }) => application === 'bridge')).toEqual([gateway, gateway]);
    const shown = { effective_caller_id_number: '' };
    // Only the last gateway may ring for as long as somebody waits.
    const ringing = { application: 'set', data: 'call_timeout=600' };
    const by = { application: 'set', data: 'billing_gateway=carrier' };
    const end: unknown = expect.objectContaining({ application: 'hangup' });
    expect(actions.slice(-5)).toEqual([gateway, ringing, by, gateway, end]);
    expect(variablesSet(actions)).toEqual({
      ...{ billing_unclaimed: '', billing_taken_back: 'true', call_timeout: '600', ...shown },
      ...{ billing_called: number, billing_call_type: 'emergency', billing_gateway: 'carrier' },
    });
  });

  it.each(['9113', '91', '8911', '911911', '99911'])('%s is not an emergency call', (dialled) => {
    const actions = hunt('billing_steps', 'no_controller', { ...taken, billing_dialled: dialled });
    expect(applications(actions)).not.toContain('bridge');
  });

  it('a call that asks for a code first is not an emergency call', () => {
    const prompted = { billing_entry: 'prompted', billing_dialled: '911' };
    expect(applications(hunt('billing_steps', 'no_controller', prompted))).not.toContain('bridge');
  });
});
