import type { EChartsCoreOption } from 'echarts/core';

/** What ECharts is to draw: bars, a line over the hours, or shares. */

export type Shape = 'bar' | 'line' | 'pie';
export interface ChartOf {
  readonly title: string;
  readonly shape: Shape;
  readonly unit: string;
  readonly points: ReadonlyArray<{ readonly label: string; readonly value: number }>;
}

const COLORS = ['#1f5fa8', '#f2b84b', '#2e9d8f', '#c8553d', '#7a5ea8', '#5b8c2a', '#8a97a6', '#d98cb3'];
const FAINT = '#e6eaef';

/** Tooltips are drawn: as HTML they would bring styles that the page's policy keeps out. */
const tooltip = (trigger: 'axis' | 'item') => ({ trigger, renderMode: 'richText', confine: true });

const axes = (labels: ReadonlyArray<string>) => ({
  grid: { left: 8, right: 16, top: 24, bottom: 4, containLabel: true },
  xAxis: {
    type: 'category',
    data: [...labels],
    axisLine: { lineStyle: { color: '#9aa5b1' } },
    axisTick: { show: false },
    axisLabel: { color: '#5a6673' },
  },
  yAxis: { type: 'value', splitLine: { lineStyle: { color: FAINT } }, axisLabel: { color: '#5a6673' } },
});

export const optionOf = ({ title, shape, unit, points }: ChartOf): EChartsCoreOption => {
  const animation = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  const common = {
    color: COLORS,
    animation,
    animationDuration: 300,
    aria: { enabled: true, label: { enabled: true } },
  };
  const values = points.map(({ value }) => value);
  if (shape === 'pie') {
    return {
      ...common,
      tooltip: tooltip('item'),
      legend: { type: 'scroll', orient: 'vertical', right: 0, top: 'middle', textStyle: { color: '#5a6673' } },
      series: [
        {
          name: title,
          type: 'pie',
          radius: ['42%', '70%'],
          center: ['38%', '52%'],
          itemStyle: { borderColor: '#fff', borderWidth: 2 },
          label: { formatter: '{d}%' },
          data: points.map(({ label, value }) => ({ name: label, value })),
        },
      ],
    };
  }
  const line = shape === 'line';
  return {
    ...common,
    ...axes(points.map(({ label }) => label)),
    tooltip: tooltip('axis'),
    series: [
      {
        name: unit,
        type: shape,
        data: values,
        ...(line
          ? { smooth: 0.25, smoothMonotone: 'x', symbolSize: 6, areaStyle: { opacity: 0.12 } }
          : { barMaxWidth: 36, itemStyle: { borderRadius: [4, 4, 0, 0] } }),
      },
    ],
  };
};
