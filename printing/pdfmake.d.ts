/** The little that is used of pdfmake 0.3: the types that npm has are those of 0.2. */
declare module 'pdfmake' {
  export type Content =
    | string
    | { readonly text: string; readonly [style: string]: unknown }
    | { readonly table: unknown; readonly [style: string]: unknown };
  interface DocumentDefinition {
    readonly info: { readonly title: string; readonly author: string; readonly creationDate: Date };
    readonly pageSize: 'A4';
    readonly pageMargins: readonly [number, number, number, number];
    readonly defaultStyle: { readonly font: string; readonly fontSize: number; readonly lineHeight: number };
    readonly content: ReadonlyArray<Content>;
  }
  interface Faces {
    readonly normal: string;
    readonly bold: string;
    readonly italics: string;
    readonly bolditalics: string;
  }
  interface PdfMake {
    readonly virtualfs: { readonly writeFileSync: (name: string, content: Uint8Array) => void };
    readonly setFonts: (fonts: Readonly<Record<string, Faces>>) => void;
    readonly setUrlAccessPolicy: (allows: (url: string) => boolean) => void;
    readonly setLocalAccessPolicy: (allows: (path: string) => boolean) => void;
    readonly createPdf: (document: DocumentDefinition) => { readonly getBuffer: () => Promise<Buffer> };
  }
  const pdfmake: PdfMake;
  export default pdfmake;
}
