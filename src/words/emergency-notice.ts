/** An emergency call that was placed. What comes from the caller is data: whoever shows it cleans it. */
export type EmergencyNotice = {
  callId: string;
  /** Name of the controller that served it. */
  controller: string;
  /** When it was placed; UTC milliseconds. */
  atMs: number;
  /** Number of the calling phone, and the display name that it sent. */
  extension: string;
  callerName: string;
  /** Where the phone stands; null: the directory does not say. */
  place: string | null;
  /** The emergency number that was called. */
  number: string;
  /** The number that the other side can call back; null: none is known. */
  callBackNumber: string | null;
};
