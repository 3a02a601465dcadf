// PPO's clipped surrogate for one sample, and its six cases (org.ppo4j.agent.loss.ClipCase).

/** The cases in the order of the table; `flat` ones have no gradient. */
export const CASES = [
  {
    id: 'inside_positive', name: 'Good, within the range', flat: false,
    where: '|r − 1| ≤ ε, A ≥ 0',
    words: 'The action was better than expected. Its probability is raised.',
  },
  {
    id: 'inside_negative', name: 'Bad, within the range', flat: false,
    where: '|r − 1| ≤ ε, A < 0',
    words: 'The action was worse than expected. Its probability is lowered.',
  },
  {
    id: 'above_positive', name: 'Good, raised enough', flat: true,
    where: 'r > 1 + ε, A ≥ 0',
    words: 'It is already more probable by more than ε. No gradient: this update takes no more from it.',
  },
  {
    id: 'below_negative', name: 'Bad, lowered enough', flat: true,
    where: 'r < 1 − ε, A < 0',
    words: 'It is already less probable by more than ε. No gradient.',
  },
  {
    id: 'below_positive', name: 'Good, but lowered', flat: false,
    where: 'r < 1 − ε, A ≥ 0',
    words: 'Other samples made a good action less probable. It is not clipped, so it is raised again.',
  },
  {
    id: 'above_negative', name: 'Bad, but raised', flat: false,
    where: 'r > 1 + ε, A < 0',
    words: 'Other samples made a bad action more probable. It is not clipped, so it is lowered again.',
  },
];

/** Returns r within [1 - epsilon, 1 + epsilon]. */
export function clip(r, epsilon) {
  return Math.min(Math.max(r, 1 - epsilon), 1 + epsilon);
}

/** Returns min(r A, clip(r) A), which PPO maximises. */
export function objective(r, advantage, epsilon) {
  return Math.min(r * advantage, clip(r, epsilon) * advantage);
}

/** Returns the derivative of the objective for r: A, or 0 where it is flat. */
export function slope(r, advantage, epsilon) {
  return clip(r, epsilon) * advantage < r * advantage ? 0 : advantage;
}

/** Returns the id of the case of a sample. */
export function caseOf(r, advantage, epsilon) {
  const sign = advantage < 0 ? 'negative' : 'positive';
  if (Math.abs(r - 1) > epsilon) {
    return (r < 1 ? 'below_' : 'above_') + sign;
  }
  return 'inside_' + sign;
}

/** Returns the share of each case among samples, by id. */
export function shares(ratios, advantages, epsilon) {
  const counts = Object.fromEntries(CASES.map((each) => [each.id, 0]));
  for (let i = 0; i < ratios.length; i++) {
    counts[caseOf(ratios[i], advantages[i], epsilon)] += 1 / ratios.length;
  }
  return counts;
}
