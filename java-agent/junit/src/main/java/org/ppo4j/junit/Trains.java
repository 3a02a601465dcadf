package org.ppo4j.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Trains an agent before a test, which fails unless the agent learns.
 *
 * <pre>{@code
 * @Test
 * @Trains(env = "CartPole-v1", toReturn = 475, withinSteps = 200_000)
 * void isSolved(TrainedPolicy policy) { ... }
 * }</pre>
 *
 * <p>On a method, the training precedes that test. On a class, one training precedes all its tests;
 * if it fails, none of them runs. The training ends as soon as the return is reached. The same seed
 * gives the same training, so on one machine a test always passes or always fails.
 *
 * <p>A parameter of type {@link org.ppo4j.agent.policy.TrainedPolicy} of a test, or of a method
 * before or after each test, receives the policy, which is closed after the test or the class.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(TrainsExtension.class)
public @interface Trains {

  /** Returns the environment's id. Python's environments need ppo4j-gymnasium on the class path. */
  String env();

  /** Returns the mean return of the last 100 training episodes that must be reached. */
  double toReturn();

  /** Returns the environment steps within which it must be reached. */
  long withinSteps();

  /** Returns the seed of the training. */
  long seed() default 1;

  /**
   * Returns hyperparameters as {@code name=value}, such as {@code "learningRate=1e-3"} or {@code
   * "hiddenSizes=32,32"}; those that are not given have the defaults of the environment.
   */
  String[] hyperparameters() default {};

  /**
   * Returns arguments of the environment as {@code name=value}; a value is JSON if it can be read
   * as JSON, and otherwise text.
   */
  String[] envKwargs() default {};
}
