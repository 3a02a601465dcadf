/** The search for hyperparameters: spaces, trials, the study that Optuna keeps, and its report. */
@NullMarked
package org.ppo4j.lab.tune;

import org.jspecify.annotations.NullMarked;
