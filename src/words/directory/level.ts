/** Authorization levels go from 0 up to this one, which is enough for everything (Cisco's forced authorization codes have the same). */
export const highestLevel = 255;

export const isLevel = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= highestLevel;
