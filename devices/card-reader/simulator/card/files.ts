/** The file system of the simulated card (TS 102 221 §8): directories and elementary files, found as SELECT finds them. */

/** A code that opens something: PIN1 `01`, PIN2 `81`, ADM1 `0a`. */
export type Opens = 'always' | 'never' | readonly number[];

export interface Access {
  readonly read: Opens;
  readonly update: Opens;
}

export interface ElementaryFile {
  readonly kind: 'ef';
  readonly fid: string;
  readonly structure: 'transparent' | 'linear-fixed';
  /** One for a transparent file. */
  readonly records: Buffer[];
  /** `null`: the card says that it has none. */
  readonly sfi: number | null;
  /** EF.ARR and its record, as hex. */
  readonly rule: string;
  readonly access: Access;
  deactivated: boolean;
}

export interface Directory {
  readonly kind: 'df';
  readonly fid: string;
  /** Of an application. */
  readonly aid?: string;
  readonly children: readonly (Directory | ElementaryFile)[];
  /** Being made: no access condition holds yet. */
  making: boolean;
}

export type File = Directory | ElementaryFile;

export const MF = '3f00';
/** The application that is selected. */
const CURRENT_ADF = '7fff';

/** What the tree knows of a directory: who is above it. */
export const parentsOf = (mf: Directory): ReadonlyMap<Directory, Directory> => {
  const parents = new Map<Directory, Directory>();
  const walk = (directory: Directory): void => {
    for (const child of directory.children) {
      if (child.kind !== 'df') continue;
      parents.set(child, directory);
      walk(child);
    }
  };
  walk(mf);
  return parents;
};

/** Where each file lies: `<directory>/<file>`, by identifier. */
export const placesOf = (mf: Directory): ReadonlyMap<ElementaryFile, string> =>
  new Map(
    [mf, ...parentsOf(mf).keys()].flatMap(({ fid, children }) =>
      children.flatMap((one) => (one.kind === 'ef' ? [[one, `${fid}/${one.fid}`] as const] : [])),
    ),
  );

const child = (directory: Directory, fid: string): File | undefined =>
  // Applications are found by their name alone.
  directory.children.find((one) => one.fid === fid && !(one.kind === 'df' && one.aid !== undefined));

export interface Place {
  readonly mf: Directory;
  readonly parents: ReadonlyMap<Directory, Directory>;
  readonly directory: Directory;
  readonly application: Directory | undefined;
}

/** By identifier (TS 102 221 §8.4.1): a child, the directory itself, its parent, a directory beside it, the MF. */
export const byFid = ({ mf, parents, directory, application }: Place, fid: string): File | undefined => {
  if (fid === MF) return mf;
  if (fid === CURRENT_ADF) return application;
  const below = child(directory, fid);
  if (below !== undefined) return below;
  const parent = parents.get(directory);
  if (directory.fid === fid) return directory;
  if (parent?.fid === fid) return parent;
  const beside = parent && child(parent, fid);
  return beside?.kind === 'df' ? beside : undefined;
};

/** By path (TS 102 221 §8.4.2): from the MF, from the application, or from where we are. */
export const byPath = (place: Place, from: 'mf' | 'current', fids: readonly string[]): File | undefined => {
  let at: File | undefined = from === 'mf' ? place.mf : place.directory;
  for (const [no, fid] of fids.entries()) {
    if (at?.kind !== 'df') return undefined;
    at = no === 0 && fid === CURRENT_ADF ? place.application : child(at, fid);
  }
  return at;
};

/** By application name, whole or its beginning (TS 102 221 §8.5.1). */
export const byAid = (mf: Directory, aid: string): Directory | undefined =>
  mf.children.find((one): one is Directory => one.kind === 'df' && one.aid?.startsWith(aid) === true);

export const bySfi = (directory: Directory, sfi: number): ElementaryFile | undefined =>
  directory.children.find((one): one is ElementaryFile => one.kind === 'ef' && one.sfi === sfi);
