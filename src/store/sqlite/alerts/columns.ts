import type { Alert } from '../../../words/alert.ts';

/** Of an alert, wherever it was seen. `fields`: as JSON. */
export const alertColumns = {
  id: { sqlite: 'id' },
  kind: { sqlite: 'kind' },
  level: { sqlite: 'level' },
  atMs: { sqlite: 'at' },
  controller: { sqlite: 'controller' },
  callId: { sqlite: 'call_id' },
  text: { sqlite: 'text' },
  fields: { sqlite: 'fields' },
} as const satisfies Readonly<Record<keyof Alert, { sqlite: string }>>;
