// One sample at the reader's hand: ratio, advantage and clip range.

import { CASES, caseOf, clip, objective, slope } from './surrogate.js';
import { colour, mark, paint } from './drawing.js';
import { FRAME, axes, curve } from './objective.js';

const RANGE = [0, 2];
const TOP_VALUE = 3;
const REACH = 24;

function number(value) {
  return value.toFixed(2).replace('-', '−');
}

/** Connects the sliders, the picture with its three handles, and the sentence. */
export class Explorer {
  constructor(root) {
    this.canvas = root.querySelector('canvas');
    this.sentence = root.querySelector('output');
    this.inputs = Object.fromEntries(
      ['ratio', 'advantage', 'epsilon'].map((name) => [name, root.querySelector(`[name=${name}]`)]),
    );
    this.handle = null;
    for (const input of Object.values(this.inputs)) {
      input.addEventListener('input', () => this.draw());
    }
    this.canvas.addEventListener('pointerdown', (event) => this.grab(event));
    this.canvas.addEventListener('pointermove', (event) => this.drag(event));
    for (const end of ['pointerup', 'pointercancel']) {
      this.canvas.addEventListener(end, () => (this.handle = null));
    }
    new ResizeObserver(() => this.draw()).observe(this.canvas.parentElement);
  }

  get sample() {
    const { ratio, advantage, epsilon } = this.inputs;
    return [Number(ratio.value), Number(advantage.value), Number(epsilon.value)];
  }

  /** Returns the handles with their places on the canvas. */
  handles() {
    const [r, advantage, epsilon] = this.sample;
    return [
      ['ratio', this.x(r), this.y(objective(r, advantage, epsilon))],
      ['advantage', this.x(1), this.y(advantage)],
      ['epsilon', this.x(1 + epsilon), this.bottom],
      ['epsilon', this.x(1 - epsilon), this.bottom],
    ];
  }

  grab(event) {
    const { offsetX, offsetY } = event;
    const near = this.handles()
      .map(([name, x, y]) => [name, Math.hypot(x - offsetX, y - offsetY)])
      .sort((a, b) => a[1] - b[1])[0];
    this.handle = near[1] < REACH ? near[0] : 'ratio';
    this.canvas.setPointerCapture(event.pointerId);
    this.drag(event);
  }

  drag(event) {
    if (!this.handle) {
      return;
    }
    const r = RANGE[0] + ((event.offsetX - FRAME.LEFT) / this.span) * (RANGE[1] - RANGE[0]);
    const value = TOP_VALUE - ((event.offsetY - FRAME.TOP) / this.tall) * 2 * TOP_VALUE;
    const dragged = { ratio: r, advantage: value, epsilon: Math.abs(r - 1) }[this.handle];
    this.inputs[this.handle].value = dragged;
    this.draw();
  }

  draw() {
    const [r, advantage, epsilon] = this.sample;
    const each = CASES.find((one) => one.id === caseOf(r, advantage, epsilon));
    paint(this.canvas, (width) => Math.min(360, Math.max(260, 0.6 * width)), (c, width, height) => {
      this.span = width - FRAME.LEFT - FRAME.RIGHT;
      this.tall = height - FRAME.TOP - FRAME.BOTTOM;
      this.bottom = height - FRAME.BOTTOM;
      this.x = (ratio) => FRAME.LEFT + ((ratio - RANGE[0]) / (RANGE[1] - RANGE[0])) * this.span;
      this.y = (value) => FRAME.TOP + ((TOP_VALUE - value) / (2 * TOP_VALUE)) * this.tall;
      c.fillStyle = colour('band');
      c.fillRect(this.x(1 - epsilon), FRAME.TOP, this.x(1 + epsilon) - this.x(1 - epsilon), this.tall);
      axes(c, this.x, this.y, RANGE, TOP_VALUE, width, height);
      c.save();
      c.beginPath();
      c.rect(FRAME.LEFT, FRAME.TOP, this.span, this.tall);
      c.clip();
      this.line(c, (ratio) => ratio * advantage, [6, 4]);
      this.line(c, (ratio) => clip(ratio, epsilon) * advantage, [2, 3]);
      c.lineWidth = 2.5;
      c.strokeStyle = colour('accent');
      curve(c, this.x, this.y, RANGE, advantage, epsilon);
      c.restore();
      for (const [name, x, y] of this.handles().slice(1)) {
        this.grip(c, x, y, name);
      }
      mark(c, this.x(r), this.y(objective(r, advantage, epsilon)), each, 8, colour(each.id));
    });
    this.describe(r, advantage, epsilon, each);
  }

  line(c, value, dashes) {
    c.setLineDash(dashes);
    c.lineWidth = 1.2;
    c.strokeStyle = colour('muted');
    c.beginPath();
    for (const ratio of [RANGE[0], 1 - this.sample[2], 1 + this.sample[2], RANGE[1]]) {
      c.lineTo(this.x(ratio), this.y(value(ratio)));
    }
    c.stroke();
    c.setLineDash([]);
  }

  grip(c, x, y, name) {
    c.fillStyle = colour('surface');
    c.strokeStyle = colour('text');
    c.lineWidth = 1.5;
    c.beginPath();
    c.arc(x, y, 5.5, 0, 2 * Math.PI);
    c.fill();
    c.stroke();
    c.fillStyle = colour('text');
    c.textAlign = 'left';
    c.fillText(name === 'advantage' ? 'A' : 'ε', x + 9, y - 6);
  }

  describe(r, advantage, epsilon, each) {
    const free = r * advantage;
    const clipped = clip(r, epsilon) * advantage;
    const gradient = slope(r, advantage, epsilon);
    this.sentence.textContent =
      `r A = ${number(free)} and clip(r) A = ${number(clipped)}; the smaller one counts: ` +
      `${number(Math.min(free, clipped))}. ${each.name}. ${each.words} ` +
      (gradient === 0 ? 'Slope 0.' : `Slope ${number(gradient)}.`);
    for (const [name, input] of Object.entries(this.inputs)) {
      input.nextElementSibling.textContent = number(Number(input.value));
      input.setAttribute('aria-valuetext', `${name} ${number(Number(input.value))}`);
    }
  }
}
