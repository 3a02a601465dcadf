// The living picture: each sample of a minibatch on min(r A, clip(r) A) over r.

import { CASES, caseOf, objective } from './surrogate.js';
import { colour, mark, paint, ticks } from './drawing.js';

const LEFT = 54;
const RIGHT = 10;
const TOP = 12;
const BOTTOM = 40;
const LEVELS = [-2, -1, -0.5, 0.5, 1, 2];
const BY_ID = new Map(CASES.map((each) => [each.id, each]));

/** Returns the smallest round number that is not less, so that the axes seldom change. */
function round(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 1.5, 2, 3, 5, 7.5, 10].find((each) => each * power >= value * 0.999);
}

function quantile(values, fraction) {
  const sorted = Array.from(values).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? 0;
}

/** Returns the ranges of the axes that show an update: half the width around r = 1, and the height. */
export function rangesOf(frames, epsilon) {
  const distances = frames.flatMap((each) => Array.from(each.ratios, (r) => Math.abs(r - 1)));
  const heights = frames.flatMap((each) =>
    Array.from(each.ratios, (r, i) => Math.abs(objective(r, each.advantages[i], epsilon))),
  );
  return {
    width: round(Math.max(1.6 * epsilon, quantile(distances, 0.995))),
    height: round(Math.max(0.5, quantile(heights, 0.99))),
  };
}

/**
 * Draws a minibatch.
 *
 * @param frame ratios and advantages of its samples
 * @param epsilon the clip range
 * @param ranges of the axes
 */
export function drawObjective(canvas, frame, epsilon, ranges) {
  paint(canvas, (width) => Math.min(440, Math.max(280, 0.62 * width)), (c, width, height) => {
    const low = Math.max(0, 1 - ranges.width);
    const high = 1 + ranges.width;
    const x = (r) => LEFT + ((r - low) / (high - low)) * (width - LEFT - RIGHT);
    const y = (value) =>
      TOP + ((ranges.height - value) / (2 * ranges.height)) * (height - TOP - BOTTOM);
    c.fillStyle = colour('band');
    c.fillRect(x(1 - epsilon), TOP, x(1 + epsilon) - x(1 - epsilon), height - TOP - BOTTOM);
    axes(c, x, y, [low, high], ranges.height, width, height);
    c.save();
    c.beginPath();
    c.rect(LEFT, TOP, width - LEFT - RIGHT, height - TOP - BOTTOM);
    c.clip();
    c.strokeStyle = colour('curve');
    c.lineWidth = 1;
    for (const level of LEVELS) {
      curve(c, x, y, [low, high], level, epsilon);
    }
    const hues = new Map(CASES.map((each) => [each.id, colour(each.id)]));
    for (let i = 0; i < frame.ratios.length; i++) {
      const r = frame.ratios[i];
      const advantage = frame.advantages[i];
      const id = caseOf(r, advantage, epsilon);
      const at = Math.min(Math.max(objective(r, advantage, epsilon), -ranges.height), ranges.height);
      mark(c, x(Math.min(Math.max(r, low), high)), y(at), BY_ID.get(id), 3.4, hues.get(id));
    }
    c.restore();
  });
}

/** Draws the objective of a sample with that advantage, for all r. */
export function curve(c, x, y, [low, high], advantage, epsilon) {
  c.beginPath();
  for (const r of [low, 1 - epsilon, 1 + epsilon, high]) {
    c.lineTo(x(r), y(objective(r, advantage, epsilon)));
  }
  c.stroke();
}

/** Draws axes, grid and labels. */
export function axes(c, x, y, [low, high], top, width, height) {
  c.lineWidth = 1;
  c.textAlign = 'center';
  for (const tick of ticks(low, high, width < 450 ? 4 : 8)) {
    line(c, x(tick), TOP, x(tick), height - BOTTOM, tick === 1 ? 'axis' : 'grid');
    c.fillStyle = colour('muted');
    c.fillText(String(tick), x(tick), height - BOTTOM + 16);
  }
  c.textAlign = 'right';
  for (const tick of ticks(-top, top, 5)) {
    line(c, LEFT, y(tick), width - RIGHT, y(tick), tick === 0 ? 'axis' : 'grid');
    c.fillStyle = colour('muted');
    c.fillText(String(tick).replaceAll('-', '−'), LEFT - 6, y(tick) + 4);
  }
  c.fillStyle = colour('text');
  c.textAlign = 'center';
  c.fillText('ratio r, new to old probability of the action', (LEFT + width - RIGHT) / 2, height - 6);
  c.save();
  c.translate(12, (TOP + height - BOTTOM) / 2);
  c.rotate(-Math.PI / 2);
  c.fillText('min(r A, clip(r) A)', 0, 0);
  c.restore();
}

function line(c, fromX, fromY, toX, toY, hue) {
  c.strokeStyle = colour(hue);
  c.beginPath();
  c.moveTo(fromX, fromY);
  c.lineTo(toX, toY);
  c.stroke();
}

/** The borders of the plot, for others that draw on its axes. */
export const FRAME = { LEFT, RIGHT, TOP, BOTTOM };
