/** Plots, drawn as SVG or PNG; knows nothing of trainings. */
@NullMarked
package org.ppo4j.lab.plot;

import org.jspecify.annotations.NullMarked;
