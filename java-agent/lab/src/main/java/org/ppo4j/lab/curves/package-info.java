/** Plots of runs: their curves from TensorBoard's event files. */
@NullMarked
package org.ppo4j.lab.curves;

import org.jspecify.annotations.NullMarked;
