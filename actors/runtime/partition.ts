/**
 * Partitions: an actor belongs to one for ever, and the cluster decides which node holds which. 256 are enough for
 * some tens of nodes to share evenly and few enough to be moved one by one.
 */
export const PARTITIONS = 256;

/** FNV-1a over `kind/tenant/key`. It is in every record of the journal: never change it. */
export const partitionOf = (kind: string, name: string): number =>
  mix(name, mix('/', mix(kind, 0x811c9dc5))) % PARTITIONS;

const mix = (text: string, from: number): number => {
  let sum = from;
  for (let index = 0; index < text.length; index += 1) {
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  }
  return sum >>> 0;
};
