/** Which province a number is at home in: by its segment (号段), the longest that a province names. */

export interface ProvinceSegments {
  readonly code: string;
  /** Beginnings of numbers with 86: `8613800`. */
  readonly segments: ReadonlyArray<string>;
}

/** Undefined: of none of them. */
export const homeProvince = (provinces: ReadonlyArray<ProvinceSegments>, number: string): string | undefined => {
  let home: { readonly code: string; readonly length: number } | undefined;
  for (const { code, segments } of provinces) {
    for (const segment of segments) {
      if (number.startsWith(segment) && segment.length > (home?.length ?? 0)) home = { code, length: segment.length };
    }
  }
  return home?.code;
};
