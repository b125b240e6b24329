import { scenario } from './scenario.ts';

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
/** The carrier's side of every call, as a SIPp scenario. */
export const carrierScenario = scenario(`<recv request="INVITE">
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
