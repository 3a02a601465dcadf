// The numbers of runs over steps or minutes, drawn by uPlot.

import { CASES } from './surrogate.js';
import { colour } from './drawing.js';

/* global uPlot */

/** What a run of a language model has; the names of its other curves are their titles. */
const LANGUAGE = [
  {
    title: 'Reward', hint: 'mean of the completions of a step',
    names: ['train/reward', 'train/objective/scores'],
  },
  { title: 'Reward in evaluations', hint: 'mean of the examples', names: ['eval/reward'] },
  { title: 'KL to the reference', hint: 'how far it is from its start', names: ['train/objective/kl', 'train/kl'] },
  { title: 'Loss', hint: 'of the step', names: ['train/loss'] },
  {
    title: 'Accuracy', hint: 'share of pairs in their order',
    names: ['train/rewards/accuracies', 'train/accuracy'],
  },
  {
    title: 'Margin', hint: 'between the rewards of a pair',
    names: ['train/rewards/margins', 'train/margin'],
  },
];

const CHARTS = [
  ...LANGUAGE,
  { title: 'Return', hint: 'mean of the last 100 episodes', names: ['return'] },
  { title: 'Episode length', hint: 'steps, mean of the last 100 episodes', names: ['length'] },
  { title: 'Policy loss', hint: 'minus the clipped objective', names: ['losses/policy_loss', 'train/loss/policy_avg'] },
  { title: 'Value loss', hint: 'error of the critic', names: ['losses/value_loss', 'train/loss/value_avg'] },
  {
    title: 'KL divergence', hint: 'how far an update moves the policy',
    names: ['losses/approx_kl', 'train/policy/approxkl_avg'],
  },
  {
    title: 'Clip fraction', hint: 'share of samples beyond the clip range',
    names: ['losses/clipfrac', 'train/policy/clipfrac_avg', 'train/clip_ratio/region_mean'],
  },
  {
    title: 'Entropy', hint: 'how random the actions are',
    names: ['losses/entropy', 'train/policy/entropy_avg', 'train/entropy'],
  },
  {
    title: 'Explained variance', hint: 'value fit: 1 is perfect, 0 is a constant',
    names: ['losses/explained_variance'],
  },
  { title: 'Speed', hint: 'steps per second', names: ['speed'] },
  {
    title: 'Six cases', hint: 'shares of the samples, colours as above',
    names: CASES.map((each) => 'clip/' + each.id), cases: true,
  },
];

const LINES = 6;
const OF_LANGUAGE = /^(train|eval)\//;

/** Returns a number in few letters. */
export function short(value) {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return '–';
  }
  const size = Math.abs(value);
  const text =
    size >= 1e6 ? (value / 1e6).toFixed(2) + ' M'
    : size >= 1e4 ? (value / 1e3).toFixed(0) + ' k'
    : size >= 100 ? value.toFixed(0)
    : size >= 1 || size === 0 ? String(Number(value.toFixed(2)))
    : size >= 1e-3 ? String(Number(value.toFixed(4)))
    : value.toExponential(1);
  return text.replaceAll('-', '−');
}

/** All charts; the numbers of a run are columns of one table. */
export class Charts {
  constructor(root) {
    this.root = root;
    this.runs = [];
    this.byTime = false;
    this.titled = new Set(CHARTS.flatMap((chart) => chart.names));
    this.figures = CHARTS.map((chart) => this.figure(chart));
    new ResizeObserver(() => this.draw()).observe(root);
  }

  figure(chart) {
    const figure = document.createElement('figure');
    figure.innerHTML =
      '<figcaption><h3></h3><span class="hint"></span><strong></strong></figcaption><div class="plot"></div>';
    figure.querySelector('h3').textContent = chart.title;
    figure.querySelector('.hint').textContent = chart.hint;
    figure.hidden = true;
    this.root.append(figure);
    return { chart, figure, plot: null, kind: '' };
  }

  /** Adds numbers of a run. */
  add({ run, reset, names, rows }) {
    for (const name of names.filter((each) => OF_LANGUAGE.test(each) && !this.titled.has(each))) {
      this.titled.add(name);
      this.figures.push(this.figure({ title: name, hint: 'as in TensorBoard', names: [name] }));
    }
    this.runs[run] ??= { steps: [], minutes: [], columns: new Map() };
    const table = this.runs[run];
    if (reset) {
      Object.assign(table, { steps: [], minutes: [], columns: new Map(names.map((n) => [n, []])) });
    }
    for (const [step, seconds, ...values] of rows) {
      table.steps.push(step);
      table.minutes.push(seconds / 60);
      names.forEach((name, i) => table.columns.get(name).push(values[i] ?? null));
    }
  }

  /** Returns the last number of that name; null if there is none. */
  last(run, name) {
    return this.runs[run]?.columns.get(name)?.findLast((value) => value !== null) ?? null;
  }

  /** Removes all numbers. */
  clear() {
    this.runs = [];
  }

  /** Draws all charts; `afresh` with new colours. */
  draw(afresh = false) {
    for (const each of this.figures) {
      this.drawOne(each, afresh);
    }
  }

  drawOne(each, afresh) {
    const { chart, figure } = each;
    const all = this.runs.filter((table) => table);
    const tables = chart.cases ? all.slice(0, 1) : all;
    figure.querySelector('.hint').textContent =
      chart.hint + (chart.cases && all.length > 1 ? '; of the first run' : '');
    const lines = tables.flatMap((table, run) =>
      chart.names
        .filter((name) => table.columns.has(name))
        .map((name) => ({ table, run, name, y: table.columns.get(name) })),
    );
    figure.hidden = lines.length === 0;
    if (lines.length === 0) {
      return;
    }
    const last = lines.map((line) => line.y.findLast((value) => value !== null));
    figure.querySelector('strong').textContent = chart.cases ? '' : last.map(short).join(' · ');
    const data = uPlot.join(
      lines.map(({ table, y }) => [this.byTime ? table.minutes : table.steps, y]),
    );
    const kind = lines.map(({ run, name }) => run + name).join() + this.byTime;
    const place = figure.querySelector('.plot');
    const size = { width: Math.max(200, place.clientWidth), height: 170 };
    if (each.plot && each.kind === kind && !afresh) {
      if (each.plot.width !== size.width) {
        each.plot.setSize(size);
      }
      each.plot.setData(data);
    } else {
      each.plot?.destroy();
      each.kind = kind;
      each.plot = new uPlot(this.options(chart, lines, size), data, place);
    }
    this.describe(each, lines, last);
  }

  describe({ chart, figure }, lines, last) {
    const canvas = figure.querySelector('canvas');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute(
      'aria-label',
      `${chart.title}, ${chart.hint}: ` +
        lines.map((line, i) => `${chart.cases ? line.name.slice(5).replace('_', ' ') + ' ' : ''}${short(last[i])}`).join(', '),
    );
  }

  options(chart, lines, size) {
    const axis = { stroke: colour('muted'), grid: { stroke: colour('grid'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' };
    return {
      ...size,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: true, y: false }, points: { size: 6 } },
      scales: { x: { time: false } },
      axes: [
        { ...axis, size: 28, space: 60, values: (_, all) => all.map(this.byTime ? (v) => short(v) : short) },
        { ...axis, size: 52, values: (_, all) => all.map(short) },
      ],
      series: [
        {},
        ...lines.map(({ run, name }) => ({
          label: name,
          stroke: chart.cases ? colour(name.slice(5)) : colour('line' + (run % LINES)),
          width: 1.8,
          spanGaps: true,
          points: { show: false },
        })),
      ],
    };
  }
}
