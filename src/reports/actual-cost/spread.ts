/**
 * Gives each its share of an amount, in proportion to its weight, as a whole number: each takes over what the ones before it were
 * rounded down by, so that all shares together are the amount to the last unit, and none is off by a whole one. The weights must
 * add up to `total`, which is more than 0.
 */
export function sharesOf(amount: bigint, total: bigint): (weight: bigint) => bigint {
  let [weighed, given] = [0n, 0n];
  return (weight) => {
    weighed += weight;
    const share = (amount * weighed) / total - given;
    given += share;
    return share;
  };
}
