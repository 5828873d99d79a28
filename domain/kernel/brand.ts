declare const brand: unique symbol;

/** A value that only one parser makes: `Brand<string, 'Iccid'>` is a string that has been checked to be an ICCID. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
