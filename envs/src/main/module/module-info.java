/** The environment contract and the native environments. */
module org.ppo4j.env {
  requires static org.jspecify;

  exports org.ppo4j.env;
}
