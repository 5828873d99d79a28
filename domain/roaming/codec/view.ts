import type { BackWriter } from './back-writer.ts';
import type { Source } from './tape.ts';

/** A record, or a part of one, whose fields are read from the bytes when they are asked for. */
export class View {
  protected readonly source: Source;
  protected readonly entry: number;
  constructor(source: Source, entry: number) {
    this.source = source;
    this.entry = entry;
  }
}

/** A choice is the element of its alternative; -1 when a tag stands around none that we know. */
export class ChoiceView extends View {
  protected get tag(): number {
    return this.entry < 0 ? -1 : (this.source.tape[this.entry] as number);
  }
}

/** What is generated for a choice: its fields read on demand, all of them at once, and written. */
export interface ChoiceCodec<A> {
  readonly view: (source: Source, entry: number) => A;
  readonly plain: (source: Source, entry: number) => A;
  readonly encode: (writer: BackWriter, value: A) => void;
}
