/** Charts as SVG (seed 002 §3.3.2): bars, a line, or shares of a whole. The same values give the same bytes. */

export interface DrawnChart {
  readonly title: string;
  readonly shape: 'bar' | 'line' | 'pie';
  readonly points: ReadonlyArray<{ readonly label: string; readonly value: number }>;
}

const WIDTH = 720;
const HEIGHT = 360;
const LEFT = 60;
const BOTTOM = 300;
const TOP = 50;
const COLOURS = ['#1f6feb', '#d1242f', '#1a7f37', '#9a6700', '#8250df', '#0a7ea4', '#bf3989', '#57606a'];

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const rounded = (value: number): string => String(Math.round(value * 100) / 100);
const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${rounded(x)}" y="${rounded(y)}"${more}>${escaped(words)}</text>`;
const colour = (at: number): string => COLOURS[at % COLOURS.length] ?? '#000000';

const axes = (most: number): string =>
  `<path d="M${LEFT} ${TOP}V${BOTTOM}H${WIDTH - 20}" fill="none" stroke="#57606a"/>` +
  text(LEFT - 6, TOP + 4, String(most), ' text-anchor="end"') +
  text(LEFT - 6, BOTTOM, '0', ' text-anchor="end"');

const placed = ({ points }: DrawnChart) => {
  const most = Math.max(1, ...points.map(({ value }) => value));
  const step = (WIDTH - 20 - LEFT) / Math.max(1, points.length);
  const at = points.map(({ label, value }, place) => ({
    label,
    value,
    x: LEFT + (place + 0.5) * step,
    y: BOTTOM - (Math.max(0, value) / most) * (BOTTOM - TOP),
  }));
  return { most, step, at };
};

const bars = (chart: DrawnChart): string => {
  const { most, step, at } = placed(chart);
  const drawn = at.map(({ label, value, x, y }, place) => {
    const [left, width, height] = [rounded(x - step * 0.35), rounded(step * 0.7), rounded(BOTTOM - y)];
    return (
      `<rect x="${left}" y="${rounded(y)}" width="${width}" height="${height}" fill="${colour(place)}"/>` +
      text(x, y - 4, String(value), ' text-anchor="middle"') +
      text(x, BOTTOM + 18, label, ' text-anchor="middle"')
    );
  });
  return axes(most) + drawn.join('');
};

const line = (chart: DrawnChart): string => {
  const { most, at } = placed(chart);
  const path = at.map(({ x, y }, place) => `${place === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`).join('');
  const labels = at.map(({ label, x }) => text(x, BOTTOM + 18, label, ' text-anchor="middle"'));
  return `${axes(most)}<path d="${path}" fill="none" stroke="${colour(0)}" stroke-width="2"/>${labels.join('')}`;
};

/** A whole that one has alone is a circle: its arc would begin where it ends. */
const shares = ({ points }: DrawnChart): string => {
  const [x, y, radius] = [200, 190, 120];
  const whole = points.reduce((sum, { value }) => sum + Math.max(0, value), 0);
  let angle = -Math.PI / 2;
  const pieces = points.map(({ label, value }, place) => {
    const share = whole === 0 ? 0 : Math.max(0, value) / whole;
    const [from, to] = [angle, angle + share * 2 * Math.PI];
    angle = to;
    const at = (turn: number): string =>
      `${rounded(x + radius * Math.cos(turn))} ${rounded(y + radius * Math.sin(turn))}`;
    const long = share > 0.5 ? 1 : 0;
    const piece =
      share >= 1
        ? `<circle cx="${x}" cy="${y}" r="${radius}" fill="${colour(place)}"/>`
        : share === 0
          ? ''
          : `<path d="M${x} ${y}L${at(from)}A${radius} ${radius} 0 ${long} 1 ${at(to)}Z" fill="${colour(place)}"/>`;
    const top = 70 + place * 20;
    const mark = `<rect x="370" y="${top - 10}" width="12" height="12" fill="${colour(place)}"/>`;
    return piece + mark + text(390, top, `${label}: ${value} (${rounded(share * 100)} %)`);
  });
  return pieces.join('');
};

const DRAWN = { bar: bars, line, pie: shares } as const;

/** An SVG document. Values below zero are drawn as none. */
export const chartSvg = (chart: DrawnChart): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
      `font-family="sans-serif" font-size="12" role="img"><title>${escaped(chart.title)}</title>` +
      `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>${text(WIDTH / 2, 26, chart.title, ' text-anchor="middle" font-size="16"')}` +
      `${DRAWN[chart.shape](chart)}</svg>\n`,
  );
