package org.ppo4j.agent.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a component of {@link PpoConfig} means and which values it may have: the one home from which
 * the command line takes its options, its help and its errors.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Hyperparameter {

  /** The meaning, as a phrase without a full stop. */
  String value();

  /**
   * The interval of valid numbers in mathematical notation, such as {@code [0, 1)} or {@code (0,
   * inf)}; for a list, that of each element; empty where any finite number is valid.
   */
  String in() default "";
}
