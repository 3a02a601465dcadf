"""``python -m ppo4j_bridge``: one worker process, started by Java and told what to do by it."""

from ppo4j_bridge.server import main

if __name__ == "__main__":
    main()
