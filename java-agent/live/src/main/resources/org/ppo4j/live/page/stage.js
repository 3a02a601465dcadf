// The policy playing: classic control as Gymnasium draws it, from one observation.

import { colour, paint } from './drawing.js';

const WIDTH = 600;
const HEIGHT = 400;

const DRAWN = {
  'CartPole-v0': cartPole,
  'CartPole-v1': cartPole,
  'MountainCar-v0': (c, o) => mountainCar(c, o, 0.5),
  'MountainCarContinuous-v0': (c, o) => mountainCar(c, o, 0.45),
  'Acrobot-v1': acrobot,
  'Pendulum-v1': pendulum,
};

/** Returns whether the page can draw an environment. */
export function isDrawn(env) {
  return env in DRAWN;
}

/** Draws an observation of an environment. */
export function drawStage(canvas, env, observation) {
  paint(canvas, (width) => (width * HEIGHT) / WIDTH, (c, width) => {
    c.scale(width / WIDTH, width / WIDTH);
    c.lineCap = 'round';
    DRAWN[env](c, observation);
  });
}

function stroke(c, points, hue, width) {
  c.strokeStyle = hue;
  c.lineWidth = width;
  c.beginPath();
  points.forEach(([x, y]) => c.lineTo(x, y));
  c.stroke();
}

function disc(c, x, y, radius, hue) {
  c.fillStyle = hue;
  c.beginPath();
  c.arc(x, y, radius, 0, 2 * Math.PI);
  c.fill();
}

function cartPole(c, [position, , angle]) {
  const scale = WIDTH / 4.8;
  const x = WIDTH / 2 + position * scale;
  const ground = 300;
  stroke(c, [[0, ground], [WIDTH, ground]], colour('muted'), 2);
  c.fillStyle = colour('text');
  c.fillRect(x - 25, ground - 15, 50, 30);
  const top = ground - 8;
  const length = scale;
  stroke(
    c,
    [[x, top], [x + length * Math.sin(angle), top - length * Math.cos(angle)]],
    colour('pole'),
    10,
  );
  disc(c, x, top, 5, colour('accent'));
}

function mountainCar(c, [position], goal) {
  const x = (at) => ((at + 1.2) / 1.8) * WIDTH;
  const y = (at) => HEIGHT - (Math.sin(3 * at) * 0.45 + 0.55) * (WIDTH / 1.8);
  const ground = [];
  for (let at = -1.2; at <= 0.6; at += 0.02) {
    ground.push([x(at), y(at)]);
  }
  stroke(c, ground, colour('muted'), 3);
  stroke(c, [[x(goal), y(goal)], [x(goal), y(goal) - 50]], colour('text'), 3);
  c.fillStyle = colour('inside_negative');
  c.beginPath();
  c.moveTo(x(goal), y(goal) - 50);
  c.lineTo(x(goal) + 25, y(goal) - 41);
  c.lineTo(x(goal), y(goal) - 32);
  c.fill();
  c.save();
  c.translate(x(position), y(position));
  c.rotate(-Math.atan2(Math.cos(3 * position) * 1.35, 1));
  c.fillStyle = colour('accent');
  c.fillRect(-20, -30, 40, 20);
  disc(c, -11, -8, 8, colour('text'));
  disc(c, 11, -8, 8, colour('text'));
  c.restore();
}

function acrobot(c, [cos1, sin1, cos2, sin2]) {
  const scale = 80;
  const first = Math.atan2(sin1, cos1);
  const second = first + Math.atan2(sin2, cos2);
  const origin = [WIDTH / 2, HEIGHT / 2];
  const joint = [origin[0] + scale * Math.sin(first), origin[1] + scale * Math.cos(first)];
  const end = [joint[0] + scale * Math.sin(second), joint[1] + scale * Math.cos(second)];
  stroke(c, [[0, origin[1] - scale], [WIDTH, origin[1] - scale]], colour('muted'), 2);
  stroke(c, [origin, joint], colour('accent'), 16);
  stroke(c, [joint, end], colour('accent'), 16);
  disc(c, ...origin, 7, colour('pole'));
  disc(c, ...joint, 7, colour('pole'));
}

function pendulum(c, [cos, sin]) {
  const origin = [WIDTH / 2, HEIGHT / 2];
  const end = [origin[0] - 140 * sin, origin[1] - 140 * cos];
  stroke(c, [origin, end], colour('pole'), 26);
  disc(c, ...origin, 7, colour('text'));
}
