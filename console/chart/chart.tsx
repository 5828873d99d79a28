import { BarChart, LineChart, PieChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type ReactNode, useEffect, useRef } from 'react';
import { countOf } from '../format.ts';
import { useLanguage } from '../language/language.ts';
import { type ChartOf, optionOf } from './option.ts';

/**
 * A drawing of one series, with its numbers beside it for whoever cannot see it or wants them exactly. Only the parts of
 * ECharts that are used are loaded, with the first page that draws.
 */

use([BarChart, LineChart, PieChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, SVGRenderer]);

const Drawing = ({ chart }: { readonly chart: ChartOf }): ReactNode => {
  const place = useRef<HTMLDivElement>(null);
  const { language } = useLanguage();
  useEffect(() => {
    if (place.current === null) return undefined;
    const drawing = init(place.current, undefined, { renderer: 'svg', locale: language === 'zh' ? 'ZH' : 'EN' });
    drawing.setOption(optionOf(chart));
    const watching = new ResizeObserver(() => drawing.resize());
    watching.observe(place.current);
    return () => {
      watching.disconnect();
      drawing.dispose();
    };
  }, [chart, language]);
  return <div ref={place} className="figure-drawing" />;
};

export const Chart = (props: {
  readonly chart: ChartOf;
  /** Head of the column of labels. */
  readonly label: string;
  /** What a value is written as. */
  readonly format?: (value: number) => string;
}): ReactNode => {
  const { chart, label, format = countOf } = props;
  return (
    <figure className="figure" aria-label={chart.title} data-shape={chart.shape}>
      <Drawing chart={chart} />
      <div className="figure-numbers">
        <table>
          <thead>
            <tr>
              <th>{label}</th>
              <th>{chart.unit}</th>
            </tr>
          </thead>
          <tbody>
            {chart.points.map((point) => (
              <tr key={point.label}>
                <td>{point.label}</td>
                <td>{format(point.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
};
