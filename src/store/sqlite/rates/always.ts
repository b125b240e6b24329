/** Before any moment: stands for a valid-from of null where rates are put in order. */
export const always = -9e15;
