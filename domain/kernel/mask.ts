/** What somebody sees who may not see the whole: the first three and the last four characters of an id. */
export const maskId = (id: string): string =>
  id.length <= 7 ? '*'.repeat(id.length) : `${id.slice(0, 3)}${'*'.repeat(id.length - 7)}${id.slice(-4)}`;
