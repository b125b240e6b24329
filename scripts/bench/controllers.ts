/** Controllers that are measured beside each other. */
export const controllerKinds = ['ours', 'bare', 'modesl'] as const;
export type ControllerKind = (typeof controllerKinds)[number];

export const controllerTitles: Readonly<Record<ControllerKind, string>> = {
  ours: 'billing-codes',
  bare: 'bare TCP controller',
  modesl: 'modesl as it comes',
};

/** A controller that runs in this process. */
export type MeasuredController = { port: number; stop(): Promise<void> };

export function isControllerKind(text: string | undefined): text is ControllerKind {
  return controllerKinds.some((kind) => kind === text);
}
