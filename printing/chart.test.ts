import { expect, it } from 'vitest';
import { chartSvg } from './chart.ts';

const points = [
  { label: 'FRA <1>', value: 3 },
  { label: 'DEU & co', value: 1 },
];
const drawn = (chart: Partial<Parameters<typeof chartSvg>[0]>): string =>
  chartSvg({ title: 'Calls', shape: 'bar', points, ...chart }).toString();

it('draws bars as high as their values, and words as words', () => {
  const svg = drawn({});
  const heights = [...svg.matchAll(/height="([\d.]+)" fill="#(?:1f6feb|d1242f)"/g)].map(([, height]) => Number(height));
  expect(heights[0]).toBeCloseTo(3 * (heights[1] ?? 0), 1);
  expect(svg).toContain('FRA &lt;1&gt;');
  expect(svg).toContain('DEU &amp; co');
});

it('draws a line through every value', () => {
  const svg = drawn({ shape: 'line' });
  expect(/d="(M[^"]*)" fill="none" stroke="#1f6feb"/.exec(svg)?.[1]?.match(/[ML]/g)).toEqual(['M', 'L']);
});

it('draws shares of a whole, also of one alone and of nothing', () => {
  expect(drawn({ shape: 'pie' })).toContain('FRA &lt;1&gt;: 3 (75 %)');
  expect(drawn({ shape: 'pie' }).match(/<path /g)).toHaveLength(2);
  expect(drawn({ shape: 'pie', points: points.slice(0, 1) })).toContain('<circle ');
  expect(drawn({ shape: 'pie', points: [{ label: 'none', value: 0 }] })).toContain('none: 0 (0 %)');
  expect(drawn({ shape: 'pie', points: [] })).toMatch(/<\/svg>\n$/);
});
