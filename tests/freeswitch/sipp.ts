import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a caller does once the call is answered. */
export type CallerStep =
  | { do: 'wait'; ms: number }
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

export type SippRun = { callId: string; code: number | null; output: string };

/** Places one call with SIPp, from a scenario made for it. Resolves when SIPp has ended, whatever came of the call. */
export async function placeCall(
  sipp: string,
  folder: string,
  caller: Caller,
  target: { sipPort: number; mediaPort: number },
): Promise<SippRun> {
  const scenario = join(folder, `${caller.name}.xml`);
  writeFileSync(scenario, callerScenario(caller));
  const callId = `${caller.name}@127.0.0.1`;
  const { code, output } = await run(sipp, folder, [
    `127.0.0.1:${target.sipPort}`,
    ...['-sf', scenario, '-s', caller.dialled, '-i', '127.0.0.1', '-mi', '127.0.0.1'],
    ...['-mp', String(target.mediaPort), '-m', '1', '-l', '1', '-cid_str', callId, '-nostdin', '-timeout', '60'],
  ]);
  return { callId, code, output };
}

/** The carrier: answers by the last two digits of the called number, see `carrierScenario`. Stop it when done. */
export function startCarrier(sipp: string, folder: string, port: number, mediaPort: number): { stop(): Promise<void> } {
  const scenario = join(folder, 'carrier.xml');
  writeFileSync(scenario, carrierScenario);
  const child = spawn(
    sipp,
    [
      ...['-sf', scenario, '-i', '127.0.0.1', '-p', String(port), '-mi', '127.0.0.1', '-mp', String(mediaPort)],
      ...['-nostdin', '-aa', '-l', '2000'],
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function run(sipp: string, cwd: string, args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(sipp, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const onData = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-4000);
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** Written in a quoted string of SIP (RFC 3261, section 25.1), inside CDATA. */
const quoted = (text: string): string => text.replace(/["\\]/g, '\\$&');

function callerScenario({ displayName = '', extension = '201', refusedWith, steps }: Caller): string {
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
        return `<pause milliseconds="${step.ms}"/>\n`;
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

const scenario = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="billing-codes">\n${body}</scenario>\n`;

const reply = (
  status: string,
  extra = '',
  retransmit = false,
): string => `<send${retransmit ? ' retrans="500"' : ''}><![CDATA[
SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]c[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:carrier@[local_ip]:[local_port]>
${extra}
]]></send>
`;
const empty = 'Content-Length: 0\n';
const sdp = `Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000`;
const okToLast = `<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
`;
/** CANCEL: 200 to it, and 487 to the INVITE, whose CSeq is no longer that of the last message. */
const cancelled = `<recv request="CANCEL"/>
${okToLast}<send retrans="500"><![CDATA[
SIP/2.0 487 Request Terminated
[last_Via:]
[last_From:]
[last_To:];tag=[pid]c[call_number]
[last_Call-ID:]
CSeq: [$inviteCseq] INVITE
Content-Length: 0

]]></send>
<recv request="ACK"/>
`;

/** What the carrier does with a called number, by its last two digits. */
export const carrierBehaviours = {
  /** Answers at once, and talks until the other side hangs up. */
  answers: '00',
  /** Answers at once and hangs up after a second. */
  answersAndHangsUp: '01',
  /** Rings half a second, answers, hangs up after 700 ms. */
  ringsAndAnswers: '02',
  busy: '86',
  unknown: '04',
  rings: '80',
  earlyMedia: '83',
} as const;

const branches = Object.entries(carrierBehaviours);
const carrierScenario = scenario(`<recv request="INVITE">
<action>
<ereg regexp="sip:[0-9]*([0-9][0-9])@" search_in="hdr" header="To:" check_it="true" assign_to="whole,ending"/>
<todouble assign_to="kind" variable="ending"/>
<ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="inviteCseq"/>
<ereg regexp=".*" search_in="hdr" header="From:" assign_to="remoteFrom"/>
<ereg regexp=".*" search_in="hdr" header="To:" assign_to="localTo"/>
<ereg regexp="&lt;([^&gt;]*)&gt;" search_in="hdr" header="Contact:" assign_to="wholeContact,remoteContact"/>
${branches.map(([name, ending]) => `<test assign_to="${name}" variable="kind" compare="equal" value="${Number(ending)}"/>`).join('\n')}
</action>
</recv>
<Reference variables="whole,wholeContact"/>
${reply('100 Trying', empty)}
${branches.map(([name]) => `<nop next="${name}" test="${name}"/>`).join('\n')}
${reply('603 Decline', empty, true)}<recv request="ACK" next="end"/>

<label id="answers"/>
${reply('200 OK', sdp, true)}<recv request="ACK"/>
<recv request="BYE"/>
${okToLast}<nop next="end"/>

<label id="ringsAndAnswers"/>
${reply('180 Ringing', empty)}<pause milliseconds="500"/>
${reply('200 OK', sdp, true)}<recv request="ACK"/>
<pause milliseconds="700"/>
<nop next="byeNow"/>

<label id="answersAndHangsUp"/>
${reply('200 OK', sdp, true)}<recv request="ACK"/>
<pause milliseconds="1000"/>

<label id="byeNow"/>
<send retrans="500"><![CDATA[
BYE [$remoteContact] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From:[$localTo];tag=[pid]c[call_number]
To:[$remoteFrom]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
<nop next="end"/>

<label id="busy"/>
${reply('486 Busy Here', empty, true)}<recv request="ACK" next="end"/>

<label id="unknown"/>
${reply('404 Not Found', empty, true)}<recv request="ACK" next="end"/>

<label id="rings"/>
${reply('180 Ringing', empty)}${cancelled}<nop next="end"/>

<label id="earlyMedia"/>
${reply('183 Session Progress', sdp)}${cancelled}<nop next="end"/>

<label id="end"/>
`);
