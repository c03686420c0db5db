const FONT = 'font-family="system-ui, sans-serif" font-size="12"';
const OWN_COLOR = '#2563eb';
const COLORS = [OWN_COLOR, '#ea580c', '#16a34a', '#9333ea', '#64748b'];

/** A bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly value: number;
}

/** A line of a chart, with points by x. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** The axes of a chart of lines. */
export interface Axes {
  readonly x: string;
  readonly y: string;
  /** Whether both axes are logarithmic; else both begin at 0. */
  readonly logarithmic: boolean;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function text(x: number, y: number, content: string, anchor = 'start', size = 12): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}" fill="#334155">${escaped(content)}</text>`;
}

function document(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ${FONT} role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(12, 20, title, 'start', 14),
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** Ratios as horizontal bars on a logarithmic axis, from the line of 1 to the left or the right. */
export function ratioChart(title: string, bars: readonly Bar[]): string {
  const [width, left, right, top, row] = [760, 190, 60, 40, 20];
  const reach = Math.max(2, ...bars.flatMap(({ value }) => [value, 1 / value]));
  const middle = left + (width - left - right) / 2;
  const x = (value: number): number =>
    middle + (Math.log(value) / Math.log(reach)) * (middle - left);
  const height = top + bars.length * row + 30;
  const parts = bars.flatMap(({ label, value }, i) => {
    const y = top + i * row;
    const [from, to] = [Math.min(x(value), middle), Math.max(x(value), middle)];
    const color = value <= 1 ? OWN_COLOR : '#f59e0b';
    return [
      text(left - 8, y + 14, label, 'end'),
      `<rect x="${from.toFixed(1)}" y="${y + 3}" width="${(to - from).toFixed(1)}" height="${row - 6}" fill="${color}"/>`,
      value <= 1
        ? text(from - 4, y + 14, value.toFixed(2), 'end', 11)
        : text(to + 4, y + 14, value.toFixed(2), 'start', 11),
    ];
  });
  parts.push(
    `<line x1="${middle}" y1="${top - 6}" x2="${middle}" y2="${height - 28}" stroke="#334155"/>`,
    text(middle, height - 10, 'as fast; faster to the left, slower to the right', 'middle', 11),
  );
  return document(width, height, title, parts);
}

/** Lines over numbers. */
export function lineChart(title: string, series: readonly Series[], axes: Axes): string {
  const [width, height, left, right, top, bottom] = [760, 360, 70, 150, 40, 50];
  const points = series.flatMap((one) => one.points);
  const x = scale(
    points.map((point) => point[0]),
    axes.logarithmic,
    left,
    width - right,
  );
  const y = scale(
    points.map((point) => point[1]),
    axes.logarithmic,
    height - bottom,
    top,
  );
  const parts = [
    ...x.ticks.map((tick) => text(x.at(tick), height - bottom + 18, label(tick), 'middle', 11)),
    ...y.ticks.flatMap((tick) => [
      `<line x1="${left}" y1="${y.at(tick).toFixed(1)}" x2="${width - right}" y2="${y.at(tick).toFixed(1)}" stroke="#e2e8f0"/>`,
      text(left - 6, y.at(tick) + 4, label(tick), 'end', 11),
    ]),
    text((left + width - right) / 2, height - 12, axes.x, 'middle'),
    text(12, top - 2, axes.y, 'start', 11),
  ];
  for (const [i, { name, points: own }] of series.entries()) {
    const color = COLORS[i % COLORS.length]!;
    const path = own.map(([a, b]) => `${x.at(a).toFixed(1)},${y.at(b).toFixed(1)}`).join(' ');
    parts.push(
      `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>`,
      `<rect x="${width - right + 12}" y="${top + i * 18 + 2}" width="12" height="4" fill="${color}"/>`,
      text(width - right + 30, top + i * 18 + 8, name, 'start', 11),
    );
  }
  return document(width, height, title, parts);
}

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** Where values lie between two places, and the values that an axis shows. */
function scale(values: readonly number[], logarithmic: boolean, from: number, to: number): Scale {
  if (logarithmic) {
    const low = Math.floor(Math.log10(Math.min(...values)));
    const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
    return {
      ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)),
      at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
    };
  }
  const most = Math.max(...values);
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = Math.ceil(most / 4 / power) * power;
  return {
    ticks: Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step),
    at: (value) => from + (value / most) * (to - from),
  };
}

const label = (value: number): string =>
  value >= 1e6
    ? `${value / 1e6} M`
    : value >= 1e3
      ? `${value / 1e3} K`
      : String(Number(value.toPrecision(3)));
