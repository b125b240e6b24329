/** How far calls follow what is changed of them in the system of record (calls.ts). */
export const callsPosition = 'calls.position';
