import { callRecordOf, type CallRecord } from '../../words/call-record.ts';
import type { Account, Extension } from '../../words/directory.ts';
import type { CdrFacts, CdrLeg } from './leg.ts';

/**
 * An open record of a call that has none, as far as one leg's CDR tells. `phone`: where no controller looked it up; `controller`: where the
 * CDR names none.
 */
export function recordOfCdr(
  { callId, switchName, startedAtMs, facts }: CdrLeg,
  { account, phone }: { account: Account | null; phone: Extension | null },
  controller: string,
): CallRecord {
  const { entry, extension, callerName, accountId, departmentId, extensionId }: Known = facts ?? unknown;
  const { keyedNumber, calledNumber, calledE164, gateway, callType }: Known = facts ?? unknown;
  return callRecordOf({
    ...{ callId, switchName, startedAtMs, entry, extension, callerName, accountId, departmentId, extensionId },
    ...{ keyedNumber, calledNumber, calledE164, gateway, callType },
    ...(phone === null ? {} : phoneFields(phone)),
    controller: facts === null || facts.controller === '' ? controller : facts.controller,
    code: account?.code ?? '',
    accountName: account?.name ?? null,
  });
}

/** As a controller would have named it. */
const phoneFields = ({ number, id, departmentId }: Extension) => ({ extension: number, extensionId: id, departmentId });

/** Facts that stand in the record as they are. */
type Known = Omit<CdrFacts, 'controller' | 'calleeLegId' | 'outcome' | 'reason'>;

const unknown: Known = {
  entry: 'prompted',
  extension: '',
  callerName: '',
  accountId: null,
  departmentId: null,
  extensionId: null,
  keyedNumber: '',
  calledNumber: null,
  calledE164: null,
  gateway: null,
  callType: null,
};

/** The leg's facts are those of the last bridge; the record may have been opened for one before it. */
export function withCallee(record: CallRecord, { side, legId, facts, bridgedWith }: CdrLeg): CallRecord {
  const known = { ...record, gateway: facts?.gateway ?? record.gateway };
  if (side === 'callee') return { ...known, calleeLegId: legId };
  // The dialplan alone knows no other leg's id.
  const placed = facts?.controller === '' ? bridgedWith : null;
  return { ...known, calleeLegId: record.calleeLegId ?? facts?.calleeLegId ?? placed };
}
