/** A partner's file that is known by its content may come again under other names; the last ones are kept. */

const MAX_OTHER_NAMES = 16;

interface Delivered {
  readonly name: string;
  readonly otherNames: ReadonlyArray<string>;
  readonly deliveries: number;
}

/** The file after it has come once more, as `name`. */
export const deliveredAgain = <State extends Delivered>(state: State, name: string): State => {
  const known = name === state.name || state.otherNames.includes(name);
  const otherNames = known ? state.otherNames : [...state.otherNames, name].slice(-MAX_OTHER_NAMES);
  return { ...state, otherNames, deliveries: state.deliveries + 1 };
};
