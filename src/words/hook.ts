/** What programs are told of a call (docs/api.md). */
export const hookKinds = ['started', 'answered', 'account-set', 'ended', 'moved', 'corrected'] as const;
export type HookKind = (typeof hookKinds)[number];
