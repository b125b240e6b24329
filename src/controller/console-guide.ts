import type { Config } from '../config/schema.ts';
import { withFreeSwitch } from '../operations/doctor/freeswitch-answers.ts';
import { createSimulator } from '../simulator/freeswitch.ts';
import type { ControllerPort, GuidePort } from '../web/parts.ts';
import { simulatorName } from '../words/call-record.ts';
import { messageOf } from '../words/thrown.ts';
import { reachable } from './reachable.ts';

/** FreeSWITCH is asked while somebody waits for a page. */
const longestReplyMs = 3_000;
const talkMs = 2_000;

/** What the guide of the first run looks at and does, on the console's thread. */
export const guideOf = (config: Config, controller: Pick<ControllerPort, 'listening'>): GuidePort => ({
  async askFreeSwitch() {
    const { freeswitch, esl } = config;
    if (freeswitch.host === '') return null;
    try {
      const replyMs = Math.min(esl.replyMs, longestReplyMs);
      const version = await withFreeSwitch(freeswitch, replyMs, (ask) => ask('version'));
      return { ok: true, value: version.trim().split('\n')[0] ?? '' };
    } catch (error) {
      return { ok: false, problem: messageOf(error) };
    }
  },
  async placeCall({ extension, code, number }) {
    const at = await controller.listening();
    if (at === null) return { ok: false, problem: 'the controller does not listen for FreeSWITCH yet' };
    const controllers = reachable(at);
    const simulator = createSimulator({ controllers, name: simulatorName });
    try {
      const { callId, finished } = simulator.placeCall({
        ...{ dialled: '9', callerNumber: extension, callerName: simulatorName, outOfKeys: 'hang-up' },
        ...{ keys: [`${code}**${number}#`], farEnd: { kind: 'answers', afterMs: 500, talkMs, hangsUp: 'caller' } },
      });
      const { served } = await finished;
      const problem = `the controller did not take the call from ${controllers}; its log says why (is this address in esl.allow?)`;
      return served ? { ok: true, value: callId } : { ok: false, problem };
    } finally {
      simulator.close();
    }
  },
});
