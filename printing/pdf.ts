import type { Content } from 'pdfmake';
import pdfmake from 'pdfmake';
import { chineseFont } from './font.ts';

/** Documents to print, in one Chinese font that also has Latin letters. The bytes depend on what is given here alone. */

const FACE = 'noto-sans-sc.ttf';

/** A PDF of A4 pages. @param createdAtMs the date that the document states as its own. */
export const printedPdf = async (document: {
  readonly title: string;
  readonly author: string;
  readonly createdAtMs: number;
  readonly fontSize: number;
  readonly content: ReadonlyArray<Content>;
}): Promise<Buffer> => {
  const { title, author, createdAtMs, fontSize, content } = document;
  pdfmake.virtualfs.writeFileSync(FACE, await chineseFont());
  pdfmake.setFonts({ Noto: { normal: FACE, bold: FACE, italics: FACE, bolditalics: FACE } });
  // Nothing of a document comes from outside.
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy(() => false);
  return await pdfmake
    .createPdf({
      info: { title, author, creationDate: new Date(createdAtMs) },
      pageSize: 'A4',
      pageMargins: [56, 56, 56, 56],
      defaultStyle: { font: 'Noto', fontSize, lineHeight: 1.2 },
      content,
    })
    .getBuffer();
};
