import { scenario } from './scenario.ts';

/** What a caller does once the call is answered. */
export type CallerStep =
  /** `given`: as long as is said for this call, of several that one SIPp places. */
  | { do: 'wait'; ms: number | 'given' }
  | { do: 'key'; digits: string; by: 'info' | 'rfc2833' }
  | { do: 'hang-up' }
  /** Until the other side hangs up. */
  | { do: 'be-hung-up-on' };

export type Caller = {
  /** Becomes part of the Call-ID, by which FreeSWITCH's CDR is found. */
  name: string;
  dialled: string;
  displayName?: string;
  extension?: string;
  /** Default: wait for the answer, then take the steps. `refused`: expect this final answer. */
  refusedWith?: number;
  steps: readonly CallerStep[];
};

/** The first field of the call's line in the file of `-inf`. */
const waitAsGiven = `<nop><action>
<assignstr assign_to="givenText" value="[field0]"/><todouble assign_to="givenMs" variable="givenText"/>
</action></nop>
<pause variable="givenMs"/>
`;

/** Written in a quoted string of SIP (RFC 3261, section 25.1), inside CDATA. */
const quoted = (text: string): string => text.replace(/["\\]/g, '\\$&');

/** The caller's side of a call, as a SIPp scenario. */
export function callerScenario({ displayName = '', extension = '201', refusedWith, steps }: Caller): string {
  const from = `"${quoted(displayName === '' ? extension : displayName)}" <sip:${extension}@[local_ip]:[local_port]>;tag=[pid]t[call_number]`;
  const headers = (method: string, cseq: number, to: string) => `
${method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: ${from}
To: <sip:[service]@[remote_ip]:[remote_port]>${to}
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Contact: <sip:${extension}@[local_ip]:[local_port]>
Max-Forwards: 70`;
  const send = (text: string, retransmit = true) =>
    `<send${retransmit ? ' retrans="500"' : ''}><![CDATA[${text}\n]]></send>\n`;
  const invite = send(`${headers('INVITE', 1, '')}
Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 0 96
a=rtpmap:0 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
a=ptime:20`);
  const ack = send(
    `${headers('ACK', 1, '[peer_tag_param]')}
Content-Length: 0
`,
    false,
  );
  const early = ['100', '180', '183'].map((code) => `<recv response="${code}" optional="true"/>\n`).join('');
  if (refusedWith !== undefined) {
    return scenario(`${invite}${early}<recv response="${refusedWith}"/>\n${ack}`);
  }
  let cseq = 1;
  const body = steps.map((step) => {
    switch (step.do) {
      case 'wait':
        return step.ms === 'given' ? waitAsGiven : `<pause milliseconds="${step.ms}"/>\n`;
      case 'key':
        if (step.by === 'rfc2833') {
          // SIPp takes 200 ms a digit and goes on at once.
          return `<nop><action><exec play_dtmf="${step.digits}"/></action></nop>\n<pause milliseconds="${step.digits.length * 400}"/>\n`;
        }
        return Array.from(step.digits, (digit) => {
          cseq += 1;
          return `${send(`${headers('INFO', cseq, '[peer_tag_param]')}
Content-Type: application/dtmf-relay
Content-Length: [len]

Signal=${digit}
Duration=100`)}<recv response="200"/>\n<pause milliseconds="40"/>\n`;
        }).join('');
      case 'hang-up':
        cseq += 1;
        return `${send(`${headers('BYE', cseq, '[peer_tag_param]')}\nContent-Length: 0\n`)}<recv response="200"/>\n`;
      case 'be-hung-up-on':
        return `<recv request="BYE"/>\n<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>\n`;
    }
  });
  return scenario(`${invite}${early}<recv response="200" rrs="true"/>\n${ack}${body.join('')}`);
}
