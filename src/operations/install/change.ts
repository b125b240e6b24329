/** One file as it is to be. */
export type Change = {
  path: string;
  /** Null: it is to be removed. */
  content: Buffer | null;
  /** `as-is`: of the file that is there. */
  mode: number | 'as-is';
  /** `root`: with the group of the controller. */
  owner: 'freeswitch' | 'root';
};

/** A file of ours that somebody has edited, or that was there before: it is shown, and stays unless we are told otherwise. */
export type Edited = { path: string; difference: string[]; isReplaced: boolean };

export type Plan = {
  changes: Change[];
  edited: Edited[];
  /** Lines for the person who installs. */
  notes: string[];
};
