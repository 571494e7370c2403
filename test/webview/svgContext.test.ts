import { BasicPlatform, Chart, LinearScale, LineController, LineElement, PointElement, Title } from 'chart.js';
import { describe, expect, test } from 'vitest';
import { SvgContext } from '../../webview/svgContext';

Chart.register(LineController, LineElement, PointElement, LinearScale, Title);

const context = () => new SvgContext(400, 300, (text) => ({ width: text.length * 6 }) as TextMetrics);
const drawn = (draw: (ctx: SvgContext) => void) => {
  const ctx = context();
  draw(ctx);
  return ctx.svg;
};

describe('a canvas that writes SVG', () => {
  test('writes a chart of Chart.js: its curve as one path with all points, its texts as text', () => {
    const ctx = context();
    const data = [0.1, 0.5, 0.2, 0.9].map((y, x) => ({ x, y }));
    const dataset = { data, borderColor: '#102030', segment: {} };
    const options = {
      animation: false as const,
      responsive: false,
      events: [],
      scales: { x: { type: 'linear' as const } },
      plugins: { title: { display: true, text: 'a < b & "c"' } },
    };
    new Chart({ getContext: () => ctx } as never, { type: 'line', platform: BasicPlatform, data: { datasets: [dataset] }, options });
    const [, curve] = /<path d="([^"]+)" fill="none" stroke="rgb\(16,32,48\)" stroke-width="3"/.exec(ctx.svg)!;
    expect(new Set(curve.split(/[ML]/).slice(1)).size).toBe(data.length);
    expect(ctx.svg).toMatch(/<text [^>]*>a &lt; b &amp; &quot;c&quot;<\/text>/);
    for (const tick of ['0', '0.5', '3.0']) expect(ctx.svg).toContain(`>${tick}</text>`);
    expect(ctx.svg.match(/<g /g)!.length).toBe(ctx.svg.match(/<\/g>/g)!.length);
  });

  test('a turned and moved path is written where it is seen', () => {
    const svg = drawn((ctx) => {
      ctx.translate(100, 50);
      ctx.rotate(Math.PI / 2);
      ctx.moveTo(0, 0);
      ctx.lineTo(10, 0);
      ctx.stroke();
    });
    expect(svg).toContain('<path d="M100 50L100 60" fill="none" stroke="rgb(0,0,0)"');
  });

  test('a full circle is two arcs, clockwise', () => {
    const svg = drawn((ctx) => {
      ctx.arc(50, 50, 10, 0, 2 * Math.PI);
      ctx.fill();
    });
    expect(svg).toContain('d="M60 50A10 10 0 0 1 40 50A10 10 0 0 1 60 50"');
  });

  test('colour and opacity stand apart; what is not seen has none', () => {
    const svg = drawn((ctx) => {
      ctx.fillStyle = 'rgba(255, 0, 0, 0.25)';
      ctx.globalAlpha = 0.5;
      ctx.fillRect(1, 2, 3, 4);
      ctx.fillStyle = 'transparent';
      ctx.fillRect(5, 6, 7, 8);
    });
    expect(svg).toContain('<path d="M1 2L4 2L4 6L1 6Z" fill="rgb(255,0,0)" fill-opacity="0.13"/>');
    expect(svg).toContain('fill="none"');
  });

  test('clips hold until the state is restored, one within the other', () => {
    const svg = drawn((ctx) => {
      ctx.save();
      ctx.rect(0, 0, 10, 10);
      ctx.clip();
      ctx.beginPath();
      ctx.rect(5, 5, 10, 10);
      ctx.clip();
      ctx.fillRect(0, 0, 1, 1);
      ctx.restore();
      ctx.fillRect(0, 0, 2, 2);
    });
    expect(svg).toMatch(/<g clip-path="url\(#clip0\)">\s*<g clip-path="url\(#clip1\)">\s*<path d="M0 0L1 0[^>]*>\s*<\/g><\/g>\s*<path d="M0 0L2 0/);
  });

  test('a restored state has its colours, dashes and place back', () => {
    const svg = drawn((ctx) => {
      ctx.strokeStyle = '#00ff00';
      ctx.save();
      ctx.strokeStyle = '#ff0000';
      ctx.setLineDash([4, 2]);
      ctx.translate(9, 9);
      ctx.restore();
      ctx.strokeRect(0, 0, 1, 1);
    });
    expect(svg).toMatch(/<path d="M0 0L1 0L1 1L0 1Z" fill="none" stroke="rgb\(0,255,0\)"/);
    expect(svg).not.toContain('dasharray');
  });
});
