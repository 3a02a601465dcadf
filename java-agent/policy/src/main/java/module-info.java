/** Acts with a trained policy. */
module org.ppo4j.policy {
  requires static org.jspecify;

  exports org.ppo4j.policy;
}
