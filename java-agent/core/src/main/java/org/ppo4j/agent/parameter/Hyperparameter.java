package org.ppo4j.agent.parameter;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The meaning and the valid values of a component of a stage's configuration record. The command
 * line makes its options and their help from this annotation, and {@link Ranges} checks values
 * against it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Hyperparameter {

  /** The meaning, as a phrase without a full stop. */
  String value();

  /**
   * The interval of valid numbers, such as {@code [0, 1)} or {@code (0, inf)}; for a list, the
   * interval of each element; empty if any finite number is valid.
   */
  String in() default "";

  /** The algorithms that use it; empty for all, less those of {@link #except}. */
  Algorithm[] of() default {};

  /** The algorithms that do not use it. */
  Algorithm[] except() default {};
}
