/**
 * The channel variables of FreeSWITCH 1.10.12 with mod_sofia, in the order in which it sets them, taken from recorded
 * calls. Each block is what one step of a call adds; steps that set a variable again move it to the end.
 */
import { template } from './variables.ts';

/** Where the pieces of an event come from, as `Event-Calling-…` names it. */
const callingPlaces: Readonly<Record<string, readonly [file: string, place: string, line: number]>> = {
  CHANNEL_DATA: ['mod_event_socket.c', 'parse_command', 2021],
  CHANNEL_CREATE: ['switch_core_state_machine.c', 'switch_core_session_run', 626],
  CHANNEL_ORIGINATE: ['switch_core_state_machine.c', 'switch_core_session_run', 632],
  CHANNEL_PROGRESS: ['switch_channel.c', 'switch_channel_perform_mark_ring_ready_value', 3505],
  CHANNEL_PROGRESS_MEDIA: ['switch_channel.c', 'switch_channel_perform_mark_pre_answered', 3560],
  CHANNEL_ANSWER: ['switch_channel.c', 'switch_channel_perform_mark_answered', 3846],
  CHANNEL_EXECUTE: ['switch_core_session.c', 'switch_core_session_exec', 2944],
  CHANNEL_EXECUTE_COMPLETE: ['switch_core_session.c', 'switch_core_session_exec', 2967],
  CHANNEL_BRIDGE: ['switch_ivr_bridge.c', 'switch_ivr_multi_threaded_bridge', 1689],
  CHANNEL_UNBRIDGE: ['switch_ivr_bridge.c', 'switch_ivr_multi_threaded_bridge', 1879],
  CHANNEL_HANGUP: ['switch_channel.c', 'switch_channel_perform_hangup', 3445],
  CHANNEL_HANGUP_COMPLETE: ['switch_core_state_machine.c', 'switch_core_session_reporting_state', 943],
  DTMF: ['switch_channel.c', 'switch_channel_dequeue_dtmf', 677],
  SESSION_HEARTBEAT: ['switch_core_io.c', 'switch_core_session_read_frame', 157],
  BACKGROUND_JOB: ['mod_event_socket.c', 'api_exec', 1572],
};

export const eventNames: ReadonlySet<string> = new Set(Object.keys(callingPlaces));

const callingJsonByName = new Map(
  Object.entries(callingPlaces).map(([name, [file, place, line]]) => [
    name,
    `,"Event-Calling-File":"${file}","Event-Calling-Function":"${place}","Event-Calling-Line-Number":"${line}"`,
  ]),
);

export function callingJson(eventName: string): string {
  return callingJsonByName.get(eventName) ?? '';
}

const lines = (...parts: string[]): string => `${parts.join('\r\n')}\r\n`;
const audio = ['a=rtpmap:0 PCMU/8000', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15'];
const phoneSdp = lines(
  ...['v=0', 'o=sipp 53655765 2353687637 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
  ...['m=audio 6000 RTP/AVP 0 8 101', 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:8 PCMA/8000'],
  ...['a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15', 'a=ptime:20'],
);
const farSdp = lines(
  ...['v=0', 'o=uas 53655765 2353687637 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
  ...['m=audio 7000 RTP/AVP 0 101', ...audio],
);
const switchSdp = lines(
  ...['v=0', 'o=FreeSWITCH 1795466720 1795466721 IN IP4 127.0.0.1', 's=FreeSWITCH', 'c=IN IP4 127.0.0.1', 't=0 0'],
  ...['m=audio 20362 RTP/AVP 0 101', ...audio, 'a=ptime:20', 'a=sendrecv'],
);

/** Slots that are the same for every leg. */
export const sdpSlots = { phoneSdp, farSdp, switchSdp };

/** The caller's leg when the INVITE is in, up to the SIP headers of its own (`sip_h_…`). */
export const callerInvite = template(`
direction=inbound
uuid={id}
session_id={session}
sip_from_user={user}
sip_from_port=5070
sip_from_uri={user}@127.0.0.1:5070
sip_from_host=127.0.0.1
video_media_flow=disabled
audio_media_flow=disabled
text_media_flow=disabled
channel_name={channel}
sip_call_id={session}-1@127.0.0.1
sip_local_network_addr=127.0.0.1
sip_network_ip=127.0.0.1
sip_network_port=5070
sip_invite_stamp={created}
sip_received_ip=127.0.0.1
sip_received_port=5070
sip_via_protocol=udp
sip_from_user_stripped={user}
sip_from_tag={session}SIPTag01
sofia_profile_name=external
sofia_profile_url=sip:mod_sofia@127.0.0.1:5080
recovery_profile_name=external
sip_full_via=SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-{session}-1-0
sip_from_display={display}
sip_full_from="{display}" <sip:{user}@127.0.0.1:5070>;tag={session}SIPTag01
sip_full_to=<sip:{dialled}@127.0.0.1:5080>
sip_allow=INVITE, ACK, CANCEL, BYE, INFO, UPDATE, OPTIONS
sip_req_user={dialled}
sip_req_port=5080
sip_req_uri={dialled}@127.0.0.1:5080
sip_req_host=127.0.0.1
sip_to_user={dialled}
sip_to_port=5080
sip_to_uri={dialled}@127.0.0.1:5080
sip_to_host=127.0.0.1
sip_contact_user={user}
sip_contact_port=5070
sip_contact_uri={user}@127.0.0.1:5070
sip_contact_host=127.0.0.1
rtp_use_codec_string=PCMU,PCMA
sip_via_host=127.0.0.1
sip_via_port=5070
max_forwards=70
`);

/** The rest of it, before the dialplan runs. */
export const callerOffer = template(`
switch_r_sdp={phoneSdp}
ep_codec_string=CORE_PCM_MODULE.PCMU@8000h@20i@64000b,CORE_PCM_MODULE.PCMA@8000h@20i@64000b
endpoint_disposition=DELAYED NEGOTIATION
call_uuid={id}
`);

const rtp = `
rtp_audio_recv_pt=0
rtp_use_codec_name=PCMU
rtp_use_codec_rate=8000
rtp_use_codec_ptime=20
rtp_use_codec_channels=1
rtp_last_audio_codec_string=PCMU@8000h@20i@1c
read_codec=PCMU
original_read_codec=PCMU
read_rate=8000
original_read_rate=8000
write_codec=PCMU
write_rate=8000
dtmf_type=rfc2833
local_media_ip=127.0.0.1
local_media_port=20362
advertised_media_ip=127.0.0.1
rtp_use_timer_name=soft
rtp_use_pt=0
rtp_use_ssrc=3272559890
rtp_2833_send_payload=101
rtp_2833_recv_payload=101
remote_media_ip=127.0.0.1`;
const flows = `
remote_video_media_flow=inactive
remote_text_media_flow=inactive
remote_audio_media_flow=sendrecv`;
const trimmed = (...parts: string[]): string => parts.map((part) => part.trim()).join('\n');

/** The caller's leg gets media. */
export const callerMedia = template(
  trimmed('rtp_use_codec_string=PCMU,PCMA', flows, 'audio_media_flow=sendrecv', rtp, 'remote_media_port=6000'),
);

/** The caller's phone has acknowledged the answer. */
export const callerAck = template(`
sip_to_tag={session}FsTag
sip_from_tag={session}SIPTag01
sip_cseq=1
sip_call_id={session}-1@127.0.0.1
sip_full_via=SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-{session}-1-5
sip_from_display={display}
sip_full_from="{display}" <sip:{user}@127.0.0.1:5070>;tag={session}SIPTag01
sip_full_to=<sip:{dialled}@127.0.0.1:5080>;tag={session}FsTag
`);

/** The callee's leg, up to the SIP headers that it takes over. */
export const calleeSetup = template(`
direction=outbound
is_outbound=true
uuid={id}
session_id={session}
sip_profile_name=external
text_media_flow=disabled
channel_name={channel}
sip_destination_url=sip:{address}
`);

/** Up to the variables of the dial string. */
export const calleeOriginator = template(`
max_forwards=69
originator_codec=PCMU@8000h@20i
originator={originator}
signal_bond={originator}
switch_m_sdp={phoneSdp}
call_uuid={originator}
`);

/** The INVITE goes out. */
export const calleeInvite = template(`
originate_early_media=true
originating_leg_uuid={originator}
originate_endpoint=sofia
rtp_use_codec_string=PCMU@8000h@20i
local_media_ip=127.0.0.1
local_media_port=17862
advertised_media_ip=127.0.0.1
audio_media_flow=sendrecv
video_media_flow=inactive
rtp_local_sdp_str={switchSdp}
sip_outgoing_contact_uri=<sip:mod_sofia@127.0.0.1:5080>
sip_req_uri={address}
sip_to_host={host}
sip_from_host=127.0.0.1
sofia_profile_name=external
recovery_profile_name=external
sofia_profile_url=sip:mod_sofia@127.0.0.1:5080
sip_call_id={id}
sip_local_network_addr=127.0.0.1
sip_reply_host=127.0.0.1
sip_reply_port=5090
sip_network_ip=127.0.0.1
sip_network_port=5090
`);

/** A provisional or final answer with a To tag has come. Before it stands `sip_user_agent`, where the far end has one. */
export const calleeDialog = template(`
sip_allow=INVITE, ACK, CANCEL, BYE, INFO, UPDATE, OPTIONS
sip_recover_contact=<sip:{host};transport=UDP>
sip_full_via=SIP/2.0/UDP 127.0.0.1:5080;rport;branch=z9hG4bK{session}b
sip_recover_via=SIP/2.0/UDP 127.0.0.1:5080;rport;branch=z9hG4bK{session}b
sip_from_display={display}
sip_full_from="{display}" <sip:{user}@127.0.0.1>;tag={session}FsTag
sip_full_to=<sip:{address}>;tag={session}FarTag
sip_from_user={user}
sip_from_uri={user}@127.0.0.1
sip_from_host=127.0.0.1
sip_to_user={number}
sip_to_port=5090
sip_to_uri={address}
sip_to_host=127.0.0.1
sip_contact_params=transport=UDP
sip_contact_user={number}
sip_contact_port=5090
sip_contact_uri={address}
sip_contact_host=127.0.0.1
sip_to_tag={session}FarTag
sip_from_tag={session}FsTag
sip_cseq=123189750
sip_call_id={id}
`);

const calleeCodec = `
switch_r_sdp={farSdp}
ep_codec_string=CORE_PCM_MODULE.PCMU@8000h@20i@64000b
rtp_use_codec_string=PCMU@8000h@20i`;
export const calleeMedia = template(trimmed(calleeCodec, flows, rtp, 'remote_media_port=7000'));
/** With 183 the media flow is set once more than with 200. */
export const calleeEarlyMedia = template(
  trimmed(calleeCodec, flows, 'audio_media_flow=sendrecv', rtp, 'remote_media_port=7000'),
);

/** What the far end's SDP does to the caller's leg. */
export const farFlows = template('video_media_flow=inactive\ntext_media_flow=inactive\naudio_media_flow=sendrecv');

const counters = (direction: string, names: readonly string[]): string =>
  names.map((name) => `rtp_audio_${direction}_${name}=0`).join('\n');
/** Media counters of a leg that had media; the simulator counts no packets. */
export const mediaCounters = template(
  trimmed(
    counters('in', ['raw_bytes', 'media_bytes', 'packet_count', 'media_packet_count', 'skip_packet_count']),
    counters('in', ['jitter_packet_count', 'dtmf_packet_count', 'cng_packet_count', 'flush_packet_count']),
    'rtp_audio_in_largest_jb_size=0',
    'rtp_audio_in_jitter_min_variance=0.00\nrtp_audio_in_jitter_max_variance=0.00\nrtp_audio_in_jitter_loss_rate=0.00',
    'rtp_audio_in_jitter_burst_rate=0.00\nrtp_audio_in_mean_interval=0.00\nrtp_audio_in_flaw_total=0',
    'rtp_audio_in_quality_percentage=100.00\nrtp_audio_in_mos=4.50',
    counters('out', ['raw_bytes', 'media_bytes', 'packet_count', 'media_packet_count', 'skip_packet_count']),
    counters('out', ['dtmf_packet_count', 'cng_packet_count']),
    'rtp_audio_rtcp_packet_count=0\nrtp_audio_rtcp_octet_count=0',
  ),
);
