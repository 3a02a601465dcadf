package org.ppo4j.env;

import java.util.List;

/**
 * A service that contributes native environments. {@link Envs} loads providers with {@link
 * java.util.ServiceLoader} when it is first used, so that a jar on the class path adds environments
 * to a program without changes to the program.
 *
 * <p>A provider is a public class with a public no-argument constructor. A jar on the class path
 * names it in the file {@code META-INF/services/org.ppo4j.env.EnvProvider}, a module in a {@code
 * provides} clause of its descriptor.
 */
public interface EnvProvider {

  /** Returns the environments. No other provider may contribute the same ids. */
  List<EnvDefinition> environments();
}
