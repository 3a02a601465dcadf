// The page: what the server sends, or the recorded run, goes to its parts.

import { CASES, shares } from './surrogate.js';
import { Charts, short } from './charts.js';
import { Explorer } from './explorer.js';
import { drawObjective, rangesOf } from './objective.js';
import { colour, mark, paint } from './drawing.js';
import { drawStage, isDrawn } from './stage.js';
import { floats, listen } from './stream.js';

const KEPT_UPDATES = 60;
const FRAME_MILLISECONDS = 70;
const CHART_MILLISECONDS = 400;
const EPISODE_MILLISECONDS = 33;

const element = (id) => document.getElementById(id);
const still = matchMedia('(prefers-reduced-motion: reduce)');
const charts = new Charts(element('charts'));
const explorer = new Explorer(element('explorer'));

/** Which update and minibatch the picture shows. */
const view = { updates: [], update: -1, frame: 0, following: true, playing: false, recorded: false };
let runs = [];
let shownRun = 0;
let stage = null;
let episodes = null;
let chartsDue = 0;

// The clipped objective

function decoded(update) {
  const frames = update.frames.map((frame) => ({
    index: frame.index,
    ratios: floats(frame.ratios),
    advantages: floats(frame.advantages),
  }));
  return { ...update, frames, ranges: rangesOf(frames, update.clip_coef) };
}

function addUpdate(update) {
  if (view.recorded) {
    Object.assign(view, { updates: [], update: -1, recorded: false, following: true });
    element('objective-note').hidden = true;
  }
  if (update.run !== shownRun) {
    return;
  }
  view.updates.push(decoded(update));
  parts();
  if (view.updates.length > KEPT_UPDATES) {
    view.updates.shift();
    view.update = Math.max(0, view.update - 1);
  }
  if (view.following) {
    select(view.updates.length - 1, still.matches ? Infinity : 0);
    view.playing = !still.matches;
  } else {
    controls();
  }
}

function select(update, frame) {
  view.update = update;
  view.frame = Math.min(frame, view.updates[update].frames.length - 1);
  showFrame();
}

function showFrame() {
  const update = view.updates[view.update];
  if (!update) {
    controls();
    return;
  }
  const frame = update.frames[view.frame];
  drawObjective(element('objective'), frame, update.clip_coef, update.ranges);
  const share = shares(frame.ratios, frame.advantages, update.clip_coef);
  for (const each of CASES) {
    element('share-' + each.id).textContent = (100 * share[each.id]).toFixed(0) + ' %';
  }
  const slider = element('minibatch');
  slider.max = update.frames.length - 1;
  slider.value = view.frame;
  const epoch = Math.floor(frame.index / update.minibatches) + 1;
  const text =
    `Update ${update.iteration}, step ${update.step.toLocaleString('en')}: epoch ${epoch}, ` +
    `minibatch ${(frame.index % update.minibatches) + 1} of ${update.minibatches}; ` +
    `${frame.ratios.length} samples, ε = ${Number(update.clip_coef.toPrecision(3))}`;
  element('place').textContent = text;
  slider.setAttribute('aria-valuetext', `epoch ${epoch}, minibatch ${(frame.index % update.minibatches) + 1}`);
  element('objective').setAttribute('aria-label', text + '; the table gives the share of each case');
  controls();
}

function controls() {
  const none = view.updates.length === 0;
  element('follow').hidden = view.recorded;
  element('follow').textContent = view.following ? 'Pause' : 'Follow the training';
  element('follow').setAttribute('aria-pressed', String(!view.following));
  element('previous-update').disabled = none || view.update <= 0;
  element('next-update').disabled = none || view.update >= view.updates.length - 1;
  element('play').disabled = none;
  element('play').textContent = view.playing && !view.following ? 'Stop' : 'Play update';
}

function pause() {
  view.following = false;
  view.playing = false;
}

function step(by) {
  pause();
  select(Math.min(Math.max(view.update + by, 0), view.updates.length - 1), Infinity);
}

setInterval(() => {
  const update = view.updates[view.update];
  if (!view.playing || !update) {
    return;
  }
  if (view.frame < update.frames.length - 1) {
    view.frame++;
    showFrame();
  } else if (!view.following) {
    view.playing = false;
    controls();
  }
}, FRAME_MILLISECONDS);

element('follow').addEventListener('click', () => {
  if (view.following) {
    pause();
    controls();
  } else {
    view.following = true;
    select(view.updates.length - 1, Infinity);
  }
});
element('previous-update').addEventListener('click', () => step(-1));
element('next-update').addEventListener('click', () => step(1));
element('play').addEventListener('click', () => {
  const stops = view.playing && !view.following;
  pause();
  if (!stops) {
    view.playing = true;
    select(view.update, 0);
  }
  controls();
});
element('minibatch').addEventListener('input', (event) => {
  pause();
  select(view.update, Number(event.target.value));
});

function casesTable() {
  const body = document.querySelector('#cases tbody');
  body.replaceChildren(
    ...CASES.map((each) => {
      const row = document.createElement('tr');
      row.innerHTML = '<th scope="row"><canvas aria-hidden="true"></canvas><span></span><small></small></th><td></td><td></td>';
      row.querySelector('span').textContent = each.name;
      row.querySelector('small').textContent = each.where;
      row.children[1].textContent = each.words;
      row.children[2].id = 'share-' + each.id;
      row.children[2].textContent = '–';
      return row;
    }),
  );
}

function caseMarks() {
  document.querySelectorAll('#cases th canvas').forEach((canvas, i) => {
    paint(canvas, () => 14, (c) => mark(c, 7, 7, CASES[i], 4.5, colour(CASES[i].id)));
  });
}

// Runs and their numbers

function duration(seconds) {
  if (!Number.isFinite(seconds)) {
    return '–';
  }
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s`
    : whole < 3600 ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

const STATES = {
  running: 'training', finished: 'finished', solved: 'solved', stopped: 'stopped', failed: 'failed',
  unfinished: 'not finished', recorded: 'recorded',
};

/** What the first two tiles show. */
const HEADLINES = [['Return', ['return']], ['Episode length', ['length']]];

/** What they show of language models: the first two that a run has. */
const LANGUAGE_HEADLINES = [
  ['Reward', ['train/reward', 'train/objective/scores']],
  ['Reward in evaluations', ['eval/reward']],
  ['Accuracy', ['train/rewards/accuracies', 'train/accuracy']],
  ['Loss', ['train/loss']],
  ['Entropy', ['train/policy/entropy_avg', 'train/entropy']],
  ['Margin', ['train/rewards/margins', 'train/margin']],
];

/** The algorithms that maximise the clipped objective. */
const CLIPPED = ['ppo', 'ppg', 'appo', 'rpo', 'monte-carlo', 'grpo'];

function setRuns(all) {
  runs = all;
  const one = runs[shownRun];
  document.title = (runs.length === 1 ? one.title + ' – ' : '') + 'ppo4j dashboard';
  element('title').textContent =
    runs.length === 0 ? 'How PPO learns'
    : runs.length === 1 ? one.title
    : `${runs.length} runs`;
  element('state').textContent =
    runs.length === 0 ? ''
    : runs.length === 1 ? `${one.env ?? one.model}, ${one.algorithm}, seed ${one.seed}: ${STATES[one.state] ?? one.state}`
    : '';
  const legend = element('legend');
  legend.hidden = runs.length < 2;
  legend.replaceChildren(
    ...runs.map((run, i) => {
      const item = document.createElement('li');
      item.innerHTML = `<i class="line${i % 6}"></i><span></span>`;
      item.querySelector('span').textContent = `${run.title} (${STATES[run.state] ?? run.state})`;
      return item;
    }),
  );
  element('numbers').hidden = runs.length > 1;
  if (runs.length === 1 && one.state !== 'recorded' && !CLIPPED.includes(one.algorithm)) {
    element('objective-note').hidden = false;
    element('objective-note').textContent =
      `${one.algorithm} maximises another objective: the marks are its samples on the curve of PPO.`;
  }
  parts();
  policyText();
  tiles();
}

/** Shows the parts of the page that the run has something for. */
function parts() {
  const run = runs[shownRun];
  const language = isLanguage(run);
  const clips = !language || (run.has_updates && (run.state === 'running' || view.updates.length > 0));
  element('clipping').hidden = !clips;
  element('explorer').hidden = !clips;
  element('policy').hidden = language;
}

function isLanguage(run) {
  return run?.model !== undefined;
}

/** Returns what the first two tiles show, as titles with the names of curves. */
function headlines(run) {
  return isLanguage(run)
    ? LANGUAGE_HEADLINES.filter(([, names]) => names.some((name) => charts.last(shownRun, name) !== null))
    : HEADLINES;
}

function tiles() {
  const run = runs[shownRun];
  const table = charts.runs[shownRun];
  if (!run || !table) {
    return;
  }
  const done = table.steps.at(-1) ?? 0;
  const speed = charts.last(shownRun, 'speed');
  const running = run.state === 'running';
  const shown = headlines(run);
  ['return', 'length'].forEach((tile, i) => {
    const [title, names] = shown[i] ?? ['', []];
    element(`tile-${tile}`).parentElement.hidden = title === '';
    element(`tile-${tile}-name`).textContent = title || '–';
    element(`tile-${tile}`).textContent = short(
      names.map((name) => charts.last(shownRun, name)).find((value) => value !== null) ?? null,
    );
  });
  element('tile-steps').textContent = short(done);
  element('tile-speed').textContent = short(speed);
  element('tile-time-name').textContent = running ? 'Time left' : 'Time';
  element('tile-time').textContent = running
    ? duration((run.total_steps - done) / speed)
    : duration((table.minutes.at(-1) ?? NaN) * 60);
  element('progress-row').hidden = !running;
  element('progress').value = done / run.total_steps;
  element('progress-text').textContent =
    `${done.toLocaleString('en')} of ${run.total_steps.toLocaleString('en')} steps`;
}

function addPoints(points) {
  charts.add(points);
  tiles();
  if (!chartsDue) {
    chartsDue = setTimeout(() => {
      chartsDue = 0;
      charts.draw();
    }, CHART_MILLISECONDS);
  }
}

// The policy playing

function policyText() {
  const run = runs[shownRun];
  if (!run || isLanguage(run)) {
    return;
  }
  const text = element('policy-text');
  const plays = run.plays && isDrawn(run.env);
  element('stage').hidden = !plays;
  element('stage').setAttribute('aria-label', `${run.env} as the policy plays it`);
  text.textContent = plays
    ? `${runs.length > 1 ? run.title + ', ' : ''}${run.env}: the most probable action at every step, at about the speed of life.`
    : `The page draws CartPole, MountainCar, Acrobot and Pendulum when they are stepped by Java, and not ${run.env}.`;
}

function showStage(env, observation, text) {
  stage = { env, observation };
  drawStage(element('stage'), env, observation);
  element('episode').textContent = text;
}

function addFrame({ run, observation, length, episodic_return: sum }) {
  if (run === shownRun && runs[run] && isDrawn(runs[run].env)) {
    showStage(runs[run].env, observation, `Step ${length}, return ${short(sum)}`);
  }
}

// The samples of a language model

function addSamples({ run, samples }) {
  if (run !== shownRun) {
    return;
  }
  element('samples').hidden = samples.length === 0;
  element('samples').querySelector('tbody').replaceChildren(
    ...samples.map(({ prompt, completion, reward }) => {
      const row = document.createElement('tr');
      for (const text of [prompt, completion, short(reward)]) {
        row.insertCell().textContent = text;
      }
      return row;
    }),
  );
}

// The recorded run

async function useRecording(whole) {
  const recording = await (await fetch('recording.json')).json();
  Object.assign(view, {
    updates: recording.updates.map(decoded), update: 0, frame: 0, following: false, recorded: true,
    playing: !still.matches,
  });
  const note = element('objective-note');
  note.hidden = false;
  note.textContent =
    (whole ? 'This is a recorded run of CartPole-v1' : 'Run folders keep no samples, so these are of a recorded run of CartPole-v1') +
    `: ${recording.updates.length} of its updates. Step through them, or play one.`;
  showFrame();
  if (whole) {
    setRuns([recording.run]);
    element('title').textContent = 'How PPO learns';
    element('state').textContent = 'a recorded run of CartPole-v1; ./ppo4j train --dashboard shows your own';
    addPoints(recording.points);
    episodes = recording.episodes.map(floats);
    playEpisodes();
  }
}

function playEpisodes() {
  let at = 0;
  let playing = -1;
  setInterval(() => {
    const wanted = Math.min(Math.max(view.update, 0), episodes.length - 1);
    if (wanted !== playing || 4 * at >= episodes[playing].length) {
      at = 0;
      playing = wanted;
    }
    if (still.matches && at > 0) {
      return;
    }
    const observation = episodes[playing].subarray(4 * at, 4 * at + 4);
    showStage('CartPole-v1', observation, `After update ${view.updates[playing].iteration}: step ${at} of ${episodes[playing].length / 4 - 1}`);
    at++;
  }, EPISODE_MILLISECONDS);
}

// Start

function redraw() {
  charts.draw(true);
  caseMarks();
  showFrame();
  explorer.draw();
  if (stage) {
    drawStage(element('stage'), stage.env, stage.observation);
  }
}

function connection(state) {
  if (state === 'refused') { // nothing will ever be shown in them
    element('title').textContent = 'Not connected';
    document.querySelectorAll('main section').forEach((section) => (section.hidden = true));
  }
  const notice = element('notice');
  notice.hidden = state === 'open';
  notice.textContent =
    state === 'refused'
      ? 'The token is missing or wrong. Open the whole address that ppo4j printed, with the part after #.'
      : 'ppo4j has ended; the page keeps what it has. To see a finished run again: ./ppo4j dashboard RUN';
}

casesTable();
caseMarks();
explorer.draw();
controls();
document.querySelectorAll('input[name=x]').forEach((input) =>
  input.addEventListener('change', () => {
    charts.byTime = input.value === 'time';
    charts.draw();
  }),
);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
new ResizeObserver(showFrame).observe(element('objective').parentElement);

let known = -1;
listen(
  location.hash.slice(1),
  {
    runs: (all) => {
      setRuns(all);
      if (known !== all.length) {
        const first = known <= 0;
        known = all.length;
        if (first && all.length === 0) {
          useRecording(true);
        } else if (first && !isLanguage(all[0]) && !all.some((run) => run.state === 'running')) {
          useRecording(false);
        }
      }
    },
    points: addPoints,
    update: addUpdate,
    frame: addFrame,
    samples: addSamples,
  },
  connection,
);
