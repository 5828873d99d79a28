import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maskId } from './mask.ts';

it('shows the first three and the last four characters, and never a short id', () => {
  expect(maskId('89860126000000000017')).toBe('898*************0017');
  expect(maskId('1234567')).toBe('*******');
  expect(maskId('')).toBe('');
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), (id) => {
      const masked = maskId(id);
      expect(masked).toHaveLength(id.length);
      expect(masked.slice(3, -4)).toBe('*'.repeat(id.length - 7));
    }),
  );
});
