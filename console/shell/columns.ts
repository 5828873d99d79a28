/** A column of numbers in a table; spread into it. */
export const NUMBER = { className: 'number', align: 'right' } as const;
