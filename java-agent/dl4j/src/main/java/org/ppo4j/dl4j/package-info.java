/** The DeepLearning4J engine, and policies exported as DL4J models. */
@NullMarked
package org.ppo4j.dl4j;

import org.jspecify.annotations.NullMarked;
