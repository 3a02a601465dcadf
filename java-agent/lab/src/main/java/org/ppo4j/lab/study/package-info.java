/** Studies: trainings of several seeds, run as jobs, and the comparison of their results. */
@NullMarked
package org.ppo4j.lab.study;

import org.jspecify.annotations.NullMarked;
