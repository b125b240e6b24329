import { promptText } from '../../simulator/prompt-text.ts';
import type { Sentences } from '../../simulator/prompt-text.ts';
import type { DialogueEvent } from '../../simulator/script.ts';

/** One line of a call's dialogue, for people; null for what a caller does not notice. */
export function phoneLine(event: DialogueEvent, sentences: Sentences): string | null {
  const at = `${(event.atMs / 1000).toFixed(2).padStart(7)} s  `;
  switch (event.kind) {
    case 'dialled':
      return `${at}dials ${event.number}`;
    case 'heard': {
      const text = promptText(event.file, sentences);
      return text === '' ? null : `${at}hears ${text.startsWith('(') ? text : `“${text}”`}`;
    }
    case 'keyed':
      return `${at}keys  ${event.digits}`;
    case 'calling':
      return `${at}calls ${event.number}`;
    case 'ringing':
      return `${at}hears it ring`;
    case 'answered':
      return `${at}is answered`;
    case 'bridged':
      return `${at}is connected`;
    case 'not-connected':
      return `${at}is not connected (${event.cause})`;
    case 'controller-gone':
      return `${at}has lost the controller`;
    case 'hung-up':
      return `${at}${{ caller: 'hangs up', callee: 'hears the other side hang up', switch: 'is hung up on' }[event.by]} (${event.cause})`;
  }
}
