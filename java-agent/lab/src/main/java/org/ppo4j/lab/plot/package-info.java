/** Plots as SVG, independent of what they show. */
@NullMarked
package org.ppo4j.lab.plot;

import org.jspecify.annotations.NullMarked;
